// swift-tools-version: 6.2
import PackageDescription

// Every Swift target of ours: Swift 6 mode, and a warning is an error.
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

// pkg-config only where headers or libraries lie off the usual paths, or could: libpulse's and fluidsynth's files ask for
// compiler flags that the package manager refuses with a warning, and need none of them.
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
        // C libraries of the system: a module map and a shim each, nothing else.
        system("CALSA", pkgConfig: "alsa", debian: "libasound2-dev"),
        .systemLibrary(name: "CLinux"),
        system("CPulse", debian: "libpulse-dev"),
        system("CFFTW", pkgConfig: "fftw3f", debian: "libfftw3-dev"),
        system("CSndFile", pkgConfig: "sndfile", debian: "libsndfile1-dev"),
        system("CSoxr", pkgConfig: "soxr", debian: "libsoxr-dev"),
        system("CFluidSynth", debian: "libfluidsynth-dev"),
        system("COpenBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
        system("COneDNN", debian: "libdnnl-dev"),
        system("CMessageDigest", debian: "libmd-dev"),
        system("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
        system("CZlib", debian: "zlib1g-dev"),
        system("CMPI", pkgConfig: "ompi-c", debian: "libopenmpi-dev"),

        // The few hot loops, in C, compiled once for each instruction set and chosen at load time.
        .target(name: "Kernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Werror"])]),

        // What every layer uses and no other package has: fan-out, clocks, numbers as text, random numbers. No Foundation.
        library("Basics", ["CLinux"]),
        library("Music"),
        library("Sound", ["CFFTW", "CSndFile", "CSoxr"]),
        library("Capture", ["CALSA", "CLinux", "CPulse", "Sound", .product(name: "Logging", package: "swift-log")]),
        library("Networks", ["Kernels", "Basics", "Sound"]),
        library("Transcription", ["Music", "Sound", "Networks"]),
        library("Datasets", ["CMessageDigest", "Basics", "Music", "Sound"]),
        library(
            "Evaluation",
            ["Basics", "Music", "Sound", "Networks", "Transcription", "Datasets", "Scores", "Following", "Figures"]),
        library(
            "Training",
            [
                "COpenBLAS", "COneDNN", "CMPI", "Kernels", "Basics", "Music", "Sound", "Networks", "Datasets",
                "Evaluation", "Scores", "Synthesis", "Alignment",
            ]),
        // Scores in every written form, unfolded into the order of play.
        library("Scores", ["CArchive", "Music"]),
        // FluidSynth and its soundfonts.
        library("Synthesis", ["CFluidSynth", "Kernels", "Music"]),
        // Scores played as people play them, for pairs whose truth is known.
        library("Performance", ["Basics", "Music", "Sound", "Scores", "Synthesis"]),
        // A score and a recording of it: what was played when.
        library("Alignment", ["Kernels", "Basics", "Music", "Sound", "Datasets", "Scores", "Synthesis", "Figures"]),
        // Where in a score the players are, live.
        library("Following", ["Kernels", "Basics", "Music", "Sound", "Scores", "Synthesis"]),
        // Plots as SVG: knows numbers, not networks.
        library("Figures", ["CZlib", "Basics"]),
        library("Benchmarks", ["CLinux", "Basics", "Music", "Networks", "Scores", "Alignment", "Following"]),
        library("Wire", ["Music"]),
        library(
            "Service",
            [
                "Capture", "Networks", "Transcription", "Scores", "Following", "Wire", "Yams",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        // What every command line shares: progress lines, terminal size and colours.
        library("Terminal"),
        // The client's own logic: the terminal readout and the connection. Links nothing heavy.
        library("Readout", ["Basics", "Music", "Wire", "Terminal"]),

        program(
            "noted", ["Capture", "Networks", "Service", "Terminal", .product(name: "Logging", package: "swift-log")]),
        program("notectl", ["Music", "Wire", "Terminal", "Readout"]),
        program(
            "notelab",
            [
                "Basics", "Music", "Sound", "Networks", "Transcription", "Datasets", "Evaluation", "Training", "Scores",
                "Synthesis", "Performance", "Alignment", "Following", "Figures", "Benchmarks", "Terminal",
            ]),

        // Takes the place of malloc in the test programs, to count.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        // Takes the place of one of ALSA's functions there, to fail as hardware does.
        .target(name: "ALSAFaults", dependencies: ["CALSA"], path: "Tests/ALSAFaults"),
        tests("Music", ["Basics"]), tests("Sound"),
        tests(
            "Capture",
            [
                "CLinux", "Basics", "Sound", "AllocationCounter", "ALSAFaults",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests("Networks", ["Basics"]),
        tests("Transcription", ["CLinux", "Basics", "Music", "Sound", "Networks", "AllocationCounter"]),
        tests("Datasets", ["Basics", "Music", "Sound"], resources: [.copy("Fixtures")]), tests("Figures", ["Basics"]),
        tests("Basics"),
        tests(
            "Evaluation", ["Basics", "Music", "Sound", "Networks", "Transcription", "Datasets", "Scores", "Following"],
            resources: [.copy("Golden")]),
        tests("Training", ["Basics", "Music", "Sound", "Networks", "Datasets", "Synthesis", "Alignment"]),
        tests("Scores", ["Basics", "Music"], resources: [.copy("Fixtures")]),
        tests("Synthesis", ["Music"]), tests("Performance", ["Music", "Sound", "Scores", "Synthesis"]),
        tests("Following", ["CLinux", "Basics", "Music", "Sound", "Scores", "Synthesis", "AllocationCounter"]),
        tests(
            "Alignment", ["Basics", "Music", "Sound", "Scores", "Synthesis", "Figures"], resources: [.copy("Golden")]),
        tests("Wire", ["Basics"]),
        tests(
            "Service",
            [
                "Basics", "Capture", "Networks", "Scores", "Following", "Wire",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ]), tests("Readout", ["Basics", "Music", "Wire", "Terminal"]), tests("Terminal"),
    ]
)
