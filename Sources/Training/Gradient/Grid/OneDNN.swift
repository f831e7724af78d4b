import COneDNN
import Foundation
import Networks

/// oneDNN on this machine's processor: where its primitives are made and run. One thread at a time; primitives share out their work to
/// OpenMP's threads.
final class OneDNN {
    let engine: dnnl_engine_t
    private let stream: dnnl_stream_t

    /// - Parameter threads: threads that primitives may use.
    /// - Throws: ``ModelError/architecture(_:)`` when the library cannot be used.
    init(threads: Int) throws(ModelError) {
        var engine: dnnl_engine_t?
        try Self.check(dnnl_engine_create(&engine, dnnl_cpu, 0), "starting oneDNN")
        guard let engine else { throw .architecture("oneDNN gives no engine") }
        var stream: dnnl_stream_t?
        try Self.check(
            dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue), "starting oneDNN's stream")
        guard let stream else { throw .architecture("oneDNN gives no stream") }
        self.engine = engine
        self.stream = stream
        Self.useThreads(threads)
    }

    deinit {
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(engine)
    }

    static func check(_ status: dnnl_status_t, _ doing: String) throws(ModelError) {
        guard status != dnnl_success else { return }
        // Unimplemented is what a processor without the numbers' type gives.
        let reason =
            status == dnnl_unimplemented
            ? "this processor or this oneDNN cannot do it; set the recipe's precision to single"
            : "oneDNN's status \(status.rawValue)"
        throw .architecture("\(doing): \(reason)")
    }

    /// Debian's oneDNN runs on libgomp, whose header only gcc can see.
    private static func useThreads(_ count: Int) {
        guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "omp_set_num_threads") else { return }
        unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Void).self)(Int32(count))
    }

    /// Runs primitives one after the other; wait for them with ``wait()``.
    func run(_ primitive: Primitive, _ arguments: [(Int32, Memory)]) {
        let list = arguments.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) }
        // What could go wrong (missing arguments, no memory for scratch) would have gone wrong at the first call.
        let status = dnnl_primitive_execute(primitive.handle, stream, Int32(list.count), list)
        precondition(status == dnnl_success, "oneDNN's status \(status.rawValue) from a primitive that was made")
    }

    func wait() { dnnl_stream_wait(stream) }

    /// Numbers in memory, in an order of oneDNN's or ours.
    final class Memory {
        let handle: dnnl_memory_t
        let layout: dnnl_memory_desc_t
        /// Nil: oneDNN's own memory, 0 at first.
        private let owner: FloatBuffer?

        /// - Parameter buffer: where the numbers lie; nil for memory of oneDNN's own.
        init(_ library: OneDNN, _ layout: dnnl_memory_desc_t, in buffer: FloatBuffer? = nil) throws(ModelError) {
            var layout = layout
            var handle: dnnl_memory_t?
            // DNNL_MEMORY_ALLOCATE is a pointer of all ones, which isn't imported.
            let place = buffer.map { UnsafeMutableRawPointer($0.pointer) } ?? UnsafeMutableRawPointer(bitPattern: -1)
            try OneDNN.check(dnnl_memory_create(&handle, &layout, library.engine, place), "memory for training")
            guard let handle else { throw .architecture("oneDNN gives no memory") }
            self.handle = handle
            self.layout = layout
            owner = buffer
            guard buffer == nil else { return }
            var pointer: UnsafeMutableRawPointer?
            dnnl_memory_get_data_handle(handle, &pointer)
            pointer.map { _ = memset($0, 0, dnnl_memory_desc_get_size(&layout)) }
        }

        deinit { dnnl_memory_destroy(handle) }
    }

    /// Something that oneDNN has compiled for certain shapes.
    final class Primitive {
        let handle: dnnl_primitive_t
        private let description: dnnl_primitive_desc_t

        /// - Parameters:
        ///   - operation: pointer to an operation's description.
        ///   - hint: the forward primitive that this one leads back through.
        convenience init(
            _ library: OneDNN, _ operation: UnsafeRawPointer, attributes: dnnl_primitive_attr_t? = nil,
            hint: Primitive? = nil, doing: String
        ) throws(ModelError) {
            var description: dnnl_primitive_desc_t?
            try OneDNN.check(
                dnnl_primitive_desc_create(&description, operation, attributes, library.engine, hint?.description),
                doing)
            try self.init(description, doing: doing)
        }

        private init(_ description: dnnl_primitive_desc_t?, doing: String) throws(ModelError) {
            guard let description else { throw .architecture("\(doing): oneDNN gives no primitive") }
            var handle: dnnl_primitive_t?
            try OneDNN.check(dnnl_primitive_create(&handle, description), doing)
            guard let handle else { throw .architecture("\(doing): oneDNN gives no primitive") }
            self.handle = handle
            self.description = description
        }

        /// Copies numbers from one order or type to another.
        static func reorder(_ library: OneDNN, from: Memory, to: Memory) throws(ModelError) -> Primitive {
            var (source, target) = (from.layout, to.layout)
            var description: dnnl_primitive_desc_t?
            try OneDNN.check(
                dnnl_reorder_primitive_desc_create(&description, &source, library.engine, &target, library.engine, nil),
                "reordering numbers")
            return try Primitive(description, doing: "reordering numbers")
        }

        /// The order in which the primitive wants what `query` names.
        func layout(_ query: dnnl_query_t) throws(ModelError) -> dnnl_memory_desc_t {
            guard let layout = dnnl_primitive_desc_query_md(description, query, 0) else {
                throw .architecture("oneDNN doesn't say how it wants its numbers")
            }
            return layout.pointee
        }

        deinit {
            dnnl_primitive_destroy(handle)
            dnnl_primitive_desc_destroy(description)
        }
    }

    /// A layout by the distances between neighbours, in numbers.
    static func layout(_ dimensions: [Int], strides: [Int], type: dnnl_data_type_t) throws(ModelError)
        -> dnnl_memory_desc_t
    {
        var layout = dnnl_memory_desc_t()
        try check(
            dnnl_memory_desc_init_by_strides(
                &layout, Int32(dimensions.count), dimensions.map(Int64.init), type, strides.map(Int64.init)), "a layout"
        )
        return layout
    }

    /// A layout that oneDNN may choose.
    static func anyLayout(_ dimensions: [Int], type: dnnl_data_type_t) throws(ModelError) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        try check(
            dnnl_memory_desc_init_by_tag(
                &layout, Int32(dimensions.count), dimensions.map(Int64.init), type, dnnl_format_tag_any), "a layout")
        return layout
    }
}
