import COneDNN
import Foundation
import Networks

/// oneDNN 2 or 3 on the CPU: creates and runs primitives. Use it from one thread at a time; each primitive distributes
/// its work over OpenMP threads.
final class OneDNN {
    let engine: dnnl_engine_t
    private let stream: dnnl_stream_t

    /// - Parameter threads: number of threads that primitives use.
    /// - Throws: ``ModelError/architecture(_:)`` if the library is not usable.
    init(threads: Int) throws(ModelError) {
        var engine: dnnl_engine_t?
        try Self.check(dnnl_engine_create(&engine, dnnl_cpu, 0), "starting oneDNN")
        guard let engine else { throw .architecture("oneDNN returned no engine") }
        var stream: dnnl_stream_t?
        try Self.check(
            dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue), "creating oneDNN's stream")
        guard let stream else { throw .architecture("oneDNN returned no stream") }
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
        // The status if the processor doesn't support the data type.
        let reason =
            status == dnnl_unimplemented
            ? "not supported by this processor or this version of oneDNN; set the recipe's precision to single"
            : "oneDNN status \(status.rawValue)"
        throw .architecture("\(doing): \(reason)")
    }

    /// Debian's oneDNN uses libgomp, whose header is available only to gcc; hence the lookup by name.
    private static func useThreads(_ count: Int) {
        guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "omp_set_num_threads") else { return }
        unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Void).self)(Int32(count))
    }

    /// Enqueues a primitive; ``wait()`` waits until all are done.
    func run(_ primitive: Primitive, _ arguments: [(Int32, Memory)]) {
        let list = arguments.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) }
        // A failure here is a programming error, such as a missing argument.
        let status = dnnl_primitive_execute(primitive.handle, stream, Int32(list.count), list)
        precondition(status == dnnl_success, "oneDNN status \(status.rawValue) from a valid primitive")
    }

    func wait() { dnnl_stream_wait(stream) }

    /// Extents, data type and memory order of an array.
    final class Layout {
        let handle: conednn_layout_t

        private init(
            doing: String, _ make: (UnsafeMutablePointer<conednn_layout_t?>) -> dnnl_status_t
        ) throws(ModelError) {
            var handle: conednn_layout_t?
            try OneDNN.check(make(&handle), doing)
            guard let handle else { throw .architecture("\(doing): oneDNN returned no layout") }
            self.handle = handle
        }

        /// A layout with given strides along each axis, in elements.
        convenience init(_ extents: [Int], strides: [Int], type: dnnl_data_type_t) throws(ModelError) {
            try self.init(doing: "creating a layout") {
                conednn_layout_strided(
                    $0, Int32(extents.count), extents.map(Int64.init), strides.map(Int64.init), type)
            }
        }

        /// A layout whose memory order oneDNN selects.
        convenience init(anyOrderOf extents: [Int], type: dnnl_data_type_t) throws(ModelError) {
            try self.init(doing: "creating a layout") {
                conednn_layout_any($0, Int32(extents.count), extents.map(Int64.init), type)
            }
        }

        /// The layout that `primitive` expects for the argument that `query` names.
        convenience init(expectedBy primitive: Primitive, _ query: dnnl_query_t) throws(ModelError) {
            try self.init(doing: "querying a primitive's layout") {
                conednn_layout_expected($0, primitive.description, query)
            }
        }

        deinit { conednn_layout_destroy(handle) }
    }

    /// An array, allocated by oneDNN or backed by a buffer of ours.
    final class Memory {
        let handle: dnnl_memory_t
        let layout: Layout
        /// Keeps our buffer alive; nil for oneDNN's memory, which is initially zero.
        private let owner: FloatBuffer?

        /// - Parameter buffer: storage of the elements; nil lets oneDNN allocate it.
        init(_ library: OneDNN, _ layout: Layout, in buffer: FloatBuffer? = nil) throws(ModelError) {
            var handle: dnnl_memory_t?
            let place = buffer.map { UnsafeMutableRawPointer($0.pointer) }
            try OneDNN.check(
                conednn_memory(&handle, layout.handle, library.engine, place), "allocating memory for training")
            guard let handle else { throw .architecture("oneDNN returned no memory") }
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

    /// An operation compiled by oneDNN for given shapes.
    final class Primitive {
        let handle: dnnl_primitive_t
        /// Used as the hint for primitives of the backward pass, and to query layouts.
        let description: dnnl_primitive_desc_t

        /// - Parameters:
        ///   - doing: name of the operation in errors.
        ///   - describe: writes the primitive's description, like the `conednn_` functions.
        init(
            _ doing: String, _ describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
        ) throws(ModelError) {
            var description: dnnl_primitive_desc_t?
            try OneDNN.check(describe(&description), doing)
            guard let description else { throw .architecture("\(doing): oneDNN returned no primitive") }
            var handle: dnnl_primitive_t?
            let status = dnnl_primitive_create(&handle, description)
            guard status == dnnl_success, let handle else {
                dnnl_primitive_desc_destroy(description)
                try OneDNN.check(status, doing)
                throw .architecture("\(doing): oneDNN returned no primitive")
            }
            self.handle = handle
            self.description = description
        }

        /// Copies elements, converting memory order and data type.
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
