import CMPI
import Foundation

/// The MPI processes that train one network together, each on its share of every batch.
///
/// `mpirun -n 2 notelab train ...` starts them. Without mpirun there is one process, and MPI isn't initialised. All
/// methods must be called on the thread that called ``join()``. An MPI error ends all processes, which is MPI's
/// default.
public struct Processes: Sendable {
    /// Index of this process, 0..<count. Process 0 writes files and reports.
    public let rank: Int
    public let count: Int
    /// Number of processes on this machine, which share its cores.
    public let local: Int

    public var isFirst: Bool { rank == 0 }

    /// A single process, without MPI.
    public static let alone = Processes(rank: 0, count: 1, local: 1)

    private init(rank: Int, count: Int, local: Int) {
        self.rank = rank
        self.count = count
        self.local = local
    }

    /// Joins the processes that an MPI launcher started; returns ``alone`` without a launcher. Call it once.
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

    /// This process's share of `total` items, as even as possible.
    func share(of total: Int) -> Range<Int> { total * rank / count..<total * (rank + 1) / count }

    /// Shuts MPI down. Every process calls it at its end; no other method may be called afterwards.
    public func leave() {
        if count > 1 { _ = MPI_Finalize() }
    }

    /// Replaces each element by its sum over all processes. All processes get the same values.
    func sum(_ buffer: FloatBuffer) {
        guard count > 1 else { return }
        // MPI's counts are 32-bit.
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
