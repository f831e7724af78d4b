import CMPI
import Foundation

/// The processes that train one network together, each on its share of every batch, joined by MPI.
///
/// `mpirun -n 2 notelab train ...` starts them. Without mpirun there is one, and MPI isn't touched. All calls are made
/// by the thread that called ``join()``; an error of MPI itself ends all processes, as is its way.
public struct Processes: Sendable {
    /// This process, 0..<count; 0 saves and reports.
    public let rank: Int
    public let count: Int
    /// Processes on this machine, which share its cores.
    public let local: Int

    public var isFirst: Bool { rank == 0 }

    /// A process on its own.
    public static let alone = Processes(rank: 0, count: 1, local: 1)

    private init(rank: Int, count: Int, local: Int) {
        self.rank = rank
        self.count = count
        self.local = local
    }

    /// Joins the processes that an MPI launcher started with this one; without one, ``alone``. To be called once.
    public static func join() -> Processes {
        let environment = ProcessInfo.processInfo.environment
        let launchers = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "PMI_RANK"]
        guard launchers.contains(where: { environment[$0] != nil }), cmpi_join() == MPI_SUCCESS else { return alone }
        var rank: Int32 = 0
        var count: Int32 = 1
        _ = cmpi_rank(&rank)
        _ = cmpi_count(&count)
        let local = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"].lazy
            .compactMap { environment[$0].flatMap(Int.init) }.first
        return Processes(rank: Int(rank), count: Int(count), local: max(1, local ?? Int(count)))
    }

    /// This process's part of `total` things, as even as it can be.
    func share(of total: Int) -> Range<Int> { total * rank / count..<total * (rank + 1) / count }

    /// Leaves; every process calls it at its end, after which no other call is allowed.
    public func leave() {
        if count > 1 { _ = MPI_Finalize() }
    }

    /// Replaces the buffer's floats by their sums over all processes, the same in each of them.
    func sum(_ buffer: FloatBuffer) {
        guard count > 1 else { return }
        // MPI counts in 32 bits.
        for start in stride(from: 0, to: buffer.count, by: 1 << 28) {
            _ = cmpi_sum_floats(buffer.pointer + start, Int32(min(1 << 28, buffer.count - start)))
        }
    }

    /// The sums of `values` over all processes.
    func sum(_ values: [Double]) -> [Double] {
        guard count > 1 else { return values }
        var result = values
        _ = cmpi_sum_doubles(&result, Int32(result.count))
        return result
    }
}
