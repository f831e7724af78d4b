import Foundation
import Glibc
import Testing

@testable import NotedDaemon

@Suite struct SocketFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func fileAndDirectoryAreAccessibleOnlyToTheOwner() throws {
        let socket = try SocketFile(path: folder.file("new/socket"), mode: 0o600)
        defer { close(socket.descriptor) }
        #expect(mode(socket.path) == 0o600)
        #expect(mode(folder.file("new")) == 0o700)
        socket.remove()
        #expect(!FileManager.default.fileExists(atPath: socket.path))
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give files to another group"))
    func directoryOfAGroupAdmitsTheGroup() throws {
        let socket = try SocketFile(path: folder.file("new/socket"), mode: 0o660, group: "daemon")
        defer { close(socket.descriptor) }
        let daemon = try #require(GroupDatabase.identifier(of: "daemon"))
        var status = stat()
        #expect(lstat(folder.file("new"), &status) == 0)
        #expect(status.st_gid == daemon && status.st_mode & 0o777 == 0o750)
        #expect(socket.admittedGroup == daemon)
        #expect(socket.warning == nil)
        chmod(socket.path, 0o666)
        #expect(socket.admittedGroup == nil, "everyone may connect")
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give files to another group"))
    func directoryThatKeepsTheGroupOutIsNamed() throws {
        mkdir(folder.file("old"), 0o700)
        let socket = try SocketFile(path: folder.file("old/socket"), mode: 0o660, group: "daemon")
        defer { close(socket.descriptor) }
        #expect(mode(folder.file("old")) == 0o700, "an existing directory is left alone")
        let warning = try #require(socket.warning)
        #expect(warning.contains("chgrp daemon") && warning.contains(folder.file("old")))
    }

    @Test func removalAndReplacementAreNoticed() throws {
        let socket = try SocketFile(path: folder.file("socket"), mode: 0o660)
        defer { close(socket.descriptor) }
        #expect(socket.presence == .present)
        unlink(socket.path)
        #expect(socket.presence == .removed)
        #expect(socket.admittedGroup == nil)
        _ = try folder.write("", to: "socket")
        #expect(socket.presence == .replaced)
    }

    @Test func socketNamesAreRead() throws {
        let file = try SocketFile(path: folder.file("socket"), mode: 0o600)
        defer { close(file.descriptor) }
        #expect(SocketName(of: file.descriptor) == .path(file.path))
        let abstract = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(abstract) }
        #expect(SocketName(of: abstract) == .unnamed)
        let address = try #require(UnixAddress(notifyPath: "@noted-test-\(getpid())"))
        #expect(address.withSockAddr { bind(abstract, $0, $1) } == 0)
        #expect(SocketName(of: abstract) == .abstract("noted-test-\(getpid())"))
        #expect(SocketName.path("/run/noted/socket").isSystem)
        for name: SocketName in [.path("/run/notedx/s"), .path("run/noted/s"), .abstract("/run/noted/s"), .unnamed] {
            #expect(!name.isSystem)
        }
    }

    @Test func unknownGroupIsIgnored() throws {
        let socket = try SocketFile(path: folder.file("socket"), mode: 0o660, group: "no such group")
        defer { close(socket.descriptor) }
        #expect(mode(socket.path) == 0o660)
    }

    @Test func staleSocketIsReplaced() throws {
        let old = try SocketFile(path: folder.file("socket"), mode: 0o600)
        close(old.descriptor)
        let new = try SocketFile(path: folder.file("socket"), mode: 0o600)
        defer { close(new.descriptor) }
        #expect(throws: Never.self) { try TestClient(new.path) }
    }

    @Test func removeLeavesAnotherDaemonsFile() throws {
        let old = try SocketFile(path: folder.file("socket"), mode: 0o600)
        defer { close(old.descriptor) }
        unlink(old.path)
        let new = try SocketFile(path: folder.file("socket"), mode: 0o600)
        defer { close(new.descriptor) }
        old.remove()
        #expect(FileManager.default.fileExists(atPath: new.path))
    }

    @Test func runningDaemonsSocketIsKept() throws {
        let path = folder.file("socket")
        let old = try SocketFile(path: path, mode: 0o600)
        defer { close(old.descriptor) }
        #expect(throws: DaemonError.alreadyRunning(path: path)) { try SocketFile(path: path, mode: 0o600) }
        #expect(throws: Never.self) { try TestClient(path) }
    }

    @Test func daemonWithAFullBacklogCountsAsRunning() throws {
        let path = folder.file("socket")
        let old = try SocketFile(path: path, mode: 0o600, backlog: 0)
        defer { close(old.descriptor) }
        let clients = [try TestClient(path)]
        #expect(throws: DaemonError.alreadyRunning(path: path)) { try SocketFile(path: path, mode: 0o600) }
        _ = clients
    }

    @Test func otherFilesAreKept() throws {
        let path = try folder.write("precious", to: "socket")
        let error = #expect(throws: DaemonError.self) { try SocketFile(path: path, mode: 0o600) }
        #expect(error?.description.contains("not a socket") == true)
        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    }

    @Test func unusableDirectoriesAreNamed() throws {
        let path = folder.file("a/b/socket")
        let error = #expect(throws: DaemonError.self) { try SocketFile(path: path, mode: 0o600) }
        #expect(error?.description.contains(folder.file("a/b")) == true)
        let file = try folder.write("", to: "file")
        #expect(throws: DaemonError.self) { try SocketFile(path: file + "/socket", mode: 0o600) }
    }

    @Test func longPathsAreRejected() throws {
        let path = folder.file(String(repeating: "x", count: 108 - folder.path.utf8.count - 1))
        #expect(path.utf8.count == 108)
        let error = #expect(throws: DaemonError.self) { try SocketFile(path: path, mode: 0o600) }
        #expect(error?.description.contains("107") == true)
        let longest = try SocketFile(path: String(path.dropLast()), mode: 0o600)
        close(longest.descriptor)
        #expect(throws: DaemonError.self) { try SocketFile(path: "", mode: 0o600) }
    }

    /// Many daemons start at once over a stale socket. One gets it, and the others fail.
    @Test func onlyOneOfManyDaemonsGetsTheSocket() async throws {
        let path = folder.file("socket")
        close(try SocketFile(path: path, mode: 0o600).descriptor)
        let outcomes = await withTaskGroup(of: Int32?.self) { group in
            for _ in 0..<16 {
                group.addTask { try? SocketFile(path: path, mode: 0o600).descriptor }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let descriptors = outcomes.compactMap(\.self)
        #expect(descriptors.count == 1)
        for descriptor in descriptors { close(descriptor) }
    }

    @Test func defaultLocations() {
        let runtime = ["XDG_RUNTIME_DIR": "/run/user/5"]
        #expect(
            SocketPlace.choose(configured: nil, environment: runtime)
                == SocketPlace(path: "/run/user/5/noted/socket", mode: 0o600))
        #expect(
            SocketPlace.choose(configured: nil, environment: [:])
                == SocketPlace(path: "/run/noted/socket", mode: 0o660, group: "noted"))
        #expect(
            SocketPlace.choose(configured: "/x/y", environment: runtime) == SocketPlace(path: "/x/y", mode: 0o600))
        #expect(SocketPlace.choose(configured: "/run/noted/socket", environment: runtime) == .system)
    }
}
