// swift-tools-version: 6.2
import PackageDescription

// The settings of all Swift targets: Swift 6 mode, with warnings as errors.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies + [.product(name: "ArgumentParser", package: "swift-argument-parser")],
        swiftSettings: strict)
}

func tests(_ target: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: target + "Tests", dependencies: [.byName(name: target)] + dependencies,
        resources: resources,
        swiftSettings: strict)
}

// A library that several test targets share.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/" + name, swiftSettings: strict)
}

// `pkgConfig` is given only for libraries whose headers or libraries may be outside the default paths. libpulse is not
// among them: its pkg-config file contains compiler flags that SwiftPM rejects with a warning, and does not need them.
func system(_ name: String, pkgConfig: String? = nil, debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let package = Package(
    name: "noted",
    products: [
        .executable(name: "noted", targets: ["noted"]),
        .executable(name: "notectl", targets: ["notectl"]),
        .executable(name: "notelab", targets: ["notelab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // System C libraries: a module map and a shim each.
        system("CALSA", pkgConfig: "alsa", debian: "libasound2-dev"),
        .systemLibrary(name: "CLinux"),
        system("CPulse", debian: "libpulse-dev"),
        system("CFFTW", pkgConfig: "fftw3f", debian: "libfftw3-dev"),
        system("CSndFile", pkgConfig: "sndfile", debian: "libsndfile1-dev"),
        system("CSoxr", pkgConfig: "soxr", debian: "libsoxr-dev"),
        system("COpenBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
        system("COneDNN", debian: "libdnnl-dev"),
        system("CMessageDigest", debian: "libmd-dev"),
        system("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
        system("CZlib", debian: "zlib1g-dev"),
        system("CMPI", pkgConfig: "ompi-c", debian: "libopenmpi-dev"),

        // FluidSynth, loaded at run time: needs its headers (Debian's libfluidsynth-dev), but links nothing.
        .target(name: "CFluidSynth", cSettings: [.unsafeFlags(["-Wall", "-Werror"])]),

        // The hot loops, in C: compiled for several instruction sets, one of which is selected at load time.
        .target(name: "Kernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Werror"])]),

        // Foundations, which do not depend on each other.
        // Fan-out, clocks, numbers as text, tables, sorted search, random numbers. No Foundation.
        library("Basics", ["CLinux"]),
        // Notes, MIDI files and label files.
        library("Music", ["Basics"]),
        // Audio files, resampling, filters, and the ring buffer that carries audio between threads.
        library("Sound", ["CFFTW", "CSndFile", "CSoxr"]),
        // Shared by all command lines: progress lines, terminal size, colours.
        library("Terminal"),

        // One subject each, built on the foundations alone.
        // Networks, model files, and engines for streaming and whole-window inference.
        library("Networks", ["Kernels", "Basics", "Sound"]),
        // Audio from PulseAudio, ALSA, files and pipes.
        library(
            "Capture",
            ["CALSA", "CLinux", "CPulse", "Basics", "Sound", .product(name: "Logging", package: "swift-log")]),
        // The messages of the daemon's socket protocol.
        library("Wire", ["Music"]),
        // Folders of recordings with labels.
        library("Datasets", ["CMessageDigest", "Basics", "Music", "Sound"]),
        // Scores in all supported formats, and their order of play.
        library("Scores", ["CArchive", "Basics", "Music"]),
        // FluidSynth and soundfonts.
        library("Synthesis", ["CFluidSynth", "Kernels", "Music"]),
        // Plots of numbers as SVG and PNG.
        library("Figures", ["CZlib", "Basics"]),

        // Analysis: from audio and scores to notes, positions and alignments.
        // Notes from a network's posteriors.
        library("Transcription", ["Music", "Sound", "Networks"]),
        // The players' position in a score, live.
        library("Following", ["Kernels", "Basics", "Music", "Sound", "Scores"]),
        // The rendered sounds of a score's notes, with which Following compares the audio.
        library("FollowingSounds", ["Basics", "Sound", "Scores", "Synthesis", "Following"]),
        // The alignment of a score with a recording.
        library("Alignment", ["Kernels", "Basics", "Music", "Sound", "Scores", "Synthesis"]),

        // The laboratory, used by notelab alone.
        // The evaluation of models on labelled recordings.
        library("Evaluation", ["Basics", "Music", "Sound", "Networks", "Datasets", "Transcription"]),
        // Training on labelled recordings.
        library(
            "Training",
            [
                "COpenBLAS", "COneDNN", "CMPI", "Kernels", "Basics", "Music", "Sound", "Networks", "Datasets",
                "Evaluation",
            ]),
        // Labelled recordings, rendered from MIDI files.
        library("Rendering", ["Basics", "Music", "Sound", "Synthesis"]),
        // Human-like performances of scores, with known onset times.
        library("Performing", ["Basics", "Music", "Sound", "Scores", "Synthesis"]),
        // Alignment of archives, comparison of methods, and output of results.
        library("AlignmentTools", ["Basics", "Music", "Sound", "Figures", "Datasets", "Scores", "Alignment"]),
        // Fine-tuning on the user's own scores and recordings.
        library(
            "Teaching",
            [
                "Basics", "Music", "Networks", "Datasets", "Scores", "Synthesis", "Alignment", "Evaluation", "Training",
                "Rendering", "AlignmentTools",
            ]),
        // The evaluation of followers on performances with known onset times.
        library(
            "FollowingEvaluation",
            ["Basics", "Sound", "Figures", "Scores", "Transcription", "Following", "Evaluation"]),
        // Plots of models: training, filters, curves.
        library("ModelFigures", ["Basics", "Figures"]),
        // Benchmarks of the engines and of following.
        library(
            "Benchmarks",
            [
                "CLinux", "Basics", "Music", "Networks", "Transcription", "Scores", "Following", "FollowingSounds",
                "Alignment",
            ]),

        // An HTTP listener for pages that only read.
        library(
            "WebListener",
            [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // The daemon.
        library(
            "NotedDaemon",
            [
                "CLinux", "Basics", "Music", "Sound", "Networks", "Capture", "Wire", "Scores", "Transcription",
                "Following", "FollowingSounds", "WebListener", "Yams",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        // The command-line client: the connection and the terminal readout. Few dependencies.
        library("Readout", ["Basics", "Music", "Terminal", "Wire"]),

        program(
            "noted",
            [
                "Terminal", "Networks", "Capture", "WebListener", "NotedDaemon",
                .product(name: "Logging", package: "swift-log"),
            ]),
        program("notectl", ["Music", "Terminal", "Wire", "Readout"]),
        program(
            "notelab",
            [
                "Basics", "Music", "Sound", "Terminal", "Figures", "Networks", "Datasets", "Scores", "Synthesis",
                "Transcription", "Following", "FollowingSounds", "Alignment", "Evaluation", "Training", "Rendering",
                "Performing", "AlignmentTools", "Teaching", "FollowingEvaluation", "ModelFigures", "Benchmarks",
            ]),

        // Replaces malloc in test programs and counts calls.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        // Replaces an ALSA function in test programs and injects hardware faults.
        .target(name: "ALSAFaults", dependencies: ["CALSA"], path: "Tests/ALSAFaults"),
        // Synthetic scores, alignments and recordings.
        support("AlignmentSamples", ["Sound", "Scores", "Alignment"]),
        // The invariants of every score.
        support("ScoreChecks", ["Scores"]),
        // A small network of convolutions over time and frequency.
        support("GridSample", ["Networks"]),
        // A parser for the SVG documents that Figures writes.
        support("SVGReading", ["Figures"]),
        tests("Basics"),
        tests("Music", ["Basics"]),
        tests("Sound"),
        tests("Terminal"),
        tests("Figures", ["Basics", "SVGReading"]),
        tests("Networks", ["Basics"]),
        tests(
            "Capture",
            [
                "CLinux", "Basics", "Sound", "AllocationCounter", "ALSAFaults",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests("Wire", ["Basics"]),
        tests("Datasets", ["Basics", "Music", "Sound"], resources: [.copy("Fixtures")]),
        tests("Scores", ["Basics", "Music", "ScoreChecks"], resources: [.copy("Fixtures")]),
        tests("Synthesis", ["Music"]),
        tests("Transcription", ["CLinux", "Basics", "Music", "Sound", "Networks", "AllocationCounter"]),
        tests(
            "Following",
            ["CLinux", "Basics", "Music", "Sound", "Scores", "Synthesis", "FollowingSounds", "AllocationCounter"]),
        tests("FollowingSounds", ["Music", "Scores", "Synthesis", "Following"]),
        tests(
            "Alignment", ["Basics", "Music", "Sound", "Scores", "Synthesis", "AlignmentSamples"],
            resources: [.copy("Golden")]),
        tests(
            "Evaluation", ["Basics", "Music", "Sound", "Networks", "Datasets", "Transcription"],
            resources: [.copy("Golden")]),
        tests("Training", ["Basics", "Music", "Sound", "Networks", "Datasets", "GridSample"]),
        tests("Rendering", ["Music", "Sound", "Synthesis"]),
        tests("Performing", ["Music", "Sound", "Scores", "Synthesis"]),
        tests(
            "AlignmentTools",
            ["Basics", "Music", "Sound", "Figures", "Scores", "Alignment", "AlignmentSamples", "SVGReading"]),
        tests("Teaching", ["Basics", "Music", "Networks", "Alignment", "Training", "GridSample"]),
        tests(
            "FollowingEvaluation",
            ["Basics", "Music", "Sound", "Scores", "Following", "FollowingSounds", "Evaluation"],
            resources: [.copy("Golden")]),
        tests("ModelFigures", ["Basics", "Figures", "SVGReading"]),
        tests(
            "NotedDaemon",
            [
                "Basics", "Sound", "Networks", "Capture", "WebListener", "Wire", "Scores", "Transcription", "Following",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests("WebListener", [.product(name: "NIOHTTP1", package: "swift-nio")]),
        tests("Readout", ["Basics", "Music", "Terminal", "Wire"]),
    ]
)

// Scripts/sanitize.sh names test targets here, so that only they and what they depend on are built.
var chosen = Context.environment["NOTED_TEST_TARGETS"]

// Scripts/fuzz.sh sets this, so that only the fuzzers and what they depend on are built. They link with
// -sanitize=fuzzer alone.
if Context.environment["NOTED_FUZZING"] != nil {
    chosen = "Fuzzing"
    package.targets.append(
        .executableTarget(
            name: "Fuzzing",
            dependencies: ["Music", "Networks", "Wire", "Datasets", "Scores", "ScoreChecks", "NotedDaemon"],
            path: "Tests/Fuzzing", exclude: ["Corpus", "Findings", "Dictionaries"], swiftSettings: strict))
}

if let chosen {
    var needed: Set<String> = []
    var pending = chosen.split(separator: " ").map(String.init)
    while let name = pending.popLast() {
        guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
            continue
        }
        for case .byNameItem(let dependency, _) in target.dependencies { pending.append(dependency) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products = []
}
