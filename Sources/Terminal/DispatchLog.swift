import Glibc

/// The messages that libdispatch writes about itself.
public enum DispatchLog {
    /// Keeps them out of the system's log, unless the environment says where they go.
    ///
    /// libdispatch wants a negative nice value for the thread that waits for signals and timers. Most users may not
    /// have one, and then every start would log "Failed to set thread priority", about which nobody can do anything.
    /// To be called before the first use of Dispatch.
    public static func silence() {
        setenv("LIBDISPATCH_LOG", "NO", 0)
    }
}
