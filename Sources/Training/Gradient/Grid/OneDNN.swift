import COneDNN
import Foundation
import Networks

/// oneDNN 2 or 3 on the processor: makes and runs primitives. Call it from one thread at a time; each primitive
/// distributes its work over OpenMP's threads.
final class OneDNN {
    let engine: dnnl_engine_t
    private let stream: dnnl_stream_t

    /// - Parameter threads: the number of threads that primitives may use.
    /// - Throws: ``ModelError/architecture(_:)`` if the library cannot be used.
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
        // A processor without support for the data type gives this status.
        let reason =
            status == dnnl_unimplemented
            ? "this processor or this oneDNN cannot do it; set the recipe's precision to single"
            : "oneDNN's status \(status.rawValue)"
        throw .architecture("\(doing): \(reason)")
    }

    /// Debian's oneDNN runs on libgomp, whose header only gcc finds.
    private static func useThreads(_ count: Int) {
        guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "omp_set_num_threads") else { return }
        unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Void).self)(Int32(count))
    }

    /// Enqueues a primitive; ``wait()`` waits for all of them.
    func run(_ primitive: Primitive, _ arguments: [(Int32, Memory)]) {
        let list = arguments.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) }
        // Missing arguments or scratch memory would have failed at the first call.
        let status = dnnl_primitive_execute(primitive.handle, stream, Int32(list.count), list)
        precondition(status == dnnl_success, "oneDNN's status \(status.rawValue) from a primitive that was made")
    }

    func wait() { dnnl_stream_wait(stream) }

    /// Extents, data type and order of an array.
    final class Layout {
        let handle: conednn_layout_t

        private init(
            doing: String, _ make: (UnsafeMutablePointer<conednn_layout_t?>) -> dnnl_status_t
        ) throws(ModelError) {
            var handle: conednn_layout_t?
            try OneDNN.check(make(&handle), doing)
            guard let handle else { throw .architecture("\(doing): oneDNN gives no layout") }
            self.handle = handle
        }

        /// A layout by the distances between neighbours along each axis, in elements.
        convenience init(_ extents: [Int], strides: [Int], type: dnnl_data_type_t) throws(ModelError) {
            try self.init(doing: "a layout") {
                conednn_layout_strided(
                    $0, Int32(extents.count), extents.map(Int64.init), strides.map(Int64.init), type)
            }
        }

        /// A layout whose order oneDNN may choose.
        convenience init(anyOrderOf extents: [Int], type: dnnl_data_type_t) throws(ModelError) {
            try self.init(doing: "a layout") {
                conednn_layout_any($0, Int32(extents.count), extents.map(Int64.init), type)
            }
        }

        /// The layout in which `primitive` expects the argument that `query` names.
        convenience init(expectedBy primitive: Primitive, _ query: dnnl_query_t) throws(ModelError) {
            try self.init(doing: "the layout that a primitive expects") {
                conednn_layout_expected($0, primitive.description, query)
            }
        }

        deinit { conednn_layout_destroy(handle) }
    }

    /// An array, in oneDNN's order or ours.
    final class Memory {
        let handle: dnnl_memory_t
        let layout: Layout
        /// Keeps our own memory alive; nil for oneDNN's, which is zero at first.
        private let owner: FloatBuffer?

        /// - Parameter buffer: the elements; nil lets oneDNN allocate them.
        init(_ library: OneDNN, _ layout: Layout, in buffer: FloatBuffer? = nil) throws(ModelError) {
            var handle: dnnl_memory_t?
            let place = buffer.map { UnsafeMutableRawPointer($0.pointer) }
            try OneDNN.check(conednn_memory(&handle, layout.handle, library.engine, place), "memory for training")
            guard let handle else { throw .architecture("oneDNN gives no memory") }
            self.handle = handle
            self.layout = layout
            owner = buffer
            guard buffer == nil else { return }
            var pointer: UnsafeMutableRawPointer?
            dnnl_memory_get_data_handle(handle, &pointer)
            pointer.map { _ = memset($0, 0, conednn_layout_bytes(layout.handle)) }
        }

        deinit { dnnl_memory_destroy(handle) }
    }

    /// An operation that oneDNN has compiled for certain shapes.
    final class Primitive {
        let handle: dnnl_primitive_t
        /// Describes the primitive: a hint for those of the backward pass, and the source of expected layouts.
        let description: dnnl_primitive_desc_t

        /// - Parameters:
        ///   - doing: names the operation in errors.
        ///   - describe: writes the primitive's description, as the `conednn_` functions do.
        init(
            _ doing: String, _ describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
        ) throws(ModelError) {
            var description: dnnl_primitive_desc_t?
            try OneDNN.check(describe(&description), doing)
            guard let description else { throw .architecture("\(doing): oneDNN gives no primitive") }
            var handle: dnnl_primitive_t?
            let status = dnnl_primitive_create(&handle, description)
            guard status == dnnl_success, let handle else {
                dnnl_primitive_desc_destroy(description)
                try OneDNN.check(status, doing)
                throw .architecture("\(doing): oneDNN gives no primitive")
            }
            self.handle = handle
            self.description = description
        }

        /// Copies elements from one order or type to another.
        static func reorder(_ library: OneDNN, from: Memory, to: Memory) throws(ModelError) -> Primitive {
            try Primitive("reordering an array") {
                conednn_reorder($0, library.engine, from.layout.handle, to.layout.handle)
            }
        }

        deinit {
            dnnl_primitive_destroy(handle)
            dnnl_primitive_desc_destroy(description)
        }
    }
}
