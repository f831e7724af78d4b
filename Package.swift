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
        name: target + "Tests", dependencies: [.byName(name: target), "Randomness"] + dependencies,
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

        // Random numbers that are the same on every machine.
        library("Randomness"),
        // Figures in columns, as text and as Markdown.
        library("Tables"),
        // Searching what is in order.
        library("SortedSearch"),
        library("Music"),
        library("Sound", ["CSndFile", "CSoxr", "CFFTW"]),
        library("Capture", ["Sound", "CALSA", "CLinux", "CPulse", .product(name: "Logging", package: "swift-log")]),
        library("Networks", ["Kernels", "Sound", "Randomness"]),
        library("Transcription", ["Music", "Sound", "Networks"]),
        library("Datasets", ["Tables", "Music", "Sound", "CMessageDigest"]),
        library(
            "Evaluation",
            [
                "SortedSearch", "Randomness", "Tables", "Datasets", "Music", "Sound", "Networks", "Transcription",
                "Scores",
                "Following", "Figures",
            ]),
        library(
            "Training",
            [
                "Randomness", "Datasets", "Music", "Sound", "Networks", "Kernels", "Evaluation", "Synthesis",
                "Scores", "Alignment", "Transcription", "Tables", "COpenBLAS", "COneDNN", "CMPI",
            ]
        ),
        // Scores in every written form, unfolded into the order of play.
        library("Scores", ["Music", "CArchive"]),
        // FluidSynth and its soundfonts.
        library("Synthesis", ["Kernels", "Music", "CFluidSynth"]),
        // Scores played as people play them, for pairs whose truth is known.
        library("Performance", ["Randomness", "Music", "Scores", "Synthesis", "Sound"]),
        // A score and a recording of it: what was played when.
        library(
            "Alignment",
            [
                "Kernels", "Randomness", "SortedSearch", "Tables", "Music", "Scores", "Synthesis", "Sound", "Networks",
                "Transcription",
                "Evaluation", "Datasets", "Figures",
            ]),
        // Where in a score the players are, live.
        library("Following", ["Kernels", "SortedSearch", "Music", "Scores", "Synthesis", "Sound"]),
        // Plots as SVG: knows numbers, not networks.
        library("Figures", ["Randomness", "CZlib"]),
        library(
            "Benchmarks",
            ["Networks", "Alignment", "Following", "Scores", "Music", "Randomness", "CLinux", "Transcription"]),
        library("Wire", ["Music"]),
        library(
            "Service",
            [
                "Wire", "Capture", "Transcription", "Following", "Scores", "Networks", "Sound", "Music", "Yams",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        // What every command line shares: progress lines, terminal size and colours.
        library("Terminal"),
        // The client's own logic: the terminal readout and the connection. Links nothing heavy.
        library("Readout", ["Wire", "Music", "Terminal"]),

        program(
            "noted", ["Terminal", "Service", "Capture", "Networks", .product(name: "Logging", package: "swift-log")]),
        program("notectl", ["Terminal", "Readout", "Wire"]),
        program(
            "notelab",
            [
                "Terminal", "Benchmarks", "Training", "Transcription", "Evaluation", "Datasets", "Figures", "Networks",
                "Sound", "Music", "Scores", "Synthesis", "Alignment", "Following", "Performance",
            ]),

        // Takes the place of malloc in the test programs, to count.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        // Takes the place of one of ALSA's functions there, to fail as hardware does.
        .target(name: "ALSAFaults", dependencies: ["CALSA"], path: "Tests/ALSAFaults"),
        tests("Music"), tests("Sound"), tests("Capture", ["Sound", "CLinux", "AllocationCounter", "ALSAFaults"]),
        tests("Networks", ["Kernels"]), tests("Transcription", ["Networks", "AllocationCounter", "CLinux"]),
        tests("Datasets", resources: [.copy("Fixtures")]), tests("Figures"), tests("Tables"),
        tests("Evaluation", ["Datasets", "Following", "Scores", "Sound", "Music"], resources: [.copy("Golden")]),
        tests("Training", ["Networks", "Synthesis", "Scores", "Alignment", "Evaluation"]),
        tests("Scores", resources: [.copy("Fixtures")]),
        tests("Synthesis"), tests("Performance", ["Scores", "Synthesis", "Sound", "Music"]),
        tests("Following", ["Scores", "Synthesis", "Sound", "Music", "AllocationCounter", "CLinux"]),
        tests("Alignment", resources: [.copy("Golden")]), tests("Wire"),
        tests("Service", ["Wire", "Capture", "Networks", "Transcription"]), tests("Readout"), tests("Terminal"),
    ]
)

// Scripts/sanitize.sh names test targets here, so that only they and what they depend on are built.
if let names = Context.environment["NOTED_TEST_TARGETS"] {
    var needed: Set<String> = []
    var pending = names.split(separator: " ").map(String.init)
    while let name = pending.popLast() {
        guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
            continue
        }
        for case .byNameItem(let dependency, _) in target.dependencies { pending.append(dependency) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products = []
}
