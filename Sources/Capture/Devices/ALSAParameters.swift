import CALSA

/// Negotiates format, channels, rate and buffering with an ALSA PCM, as close as possible to stereo 44.1 kHz in 10 ms
/// periods.
///
/// A stereo device is recorded in stereo, because the channels may cancel each other and ALSA's `plug` would hide that
/// in its mix. More channels are requested only if the configuration names one of them.
struct ALSAParameters {
    let format: StreamFormat
    /// Frames.
    let period: Int
    /// Frames.
    let buffer: Int

    private static let formats: [(snd_pcm_format_t, SampleFormat)] = [
        (SND_PCM_FORMAT_FLOAT_LE, .f32le), (SND_PCM_FORMAT_S32_LE, .s32le), (SND_PCM_FORMAT_S24_3LE, .s24le),
        (SND_PCM_FORMAT_S24_LE, .s24in32le), (SND_PCM_FORMAT_S16_LE, .s16le), (SND_PCM_FORMAT_FLOAT_BE, .f32be),
        (SND_PCM_FORMAT_S32_BE, .s32be), (SND_PCM_FORMAT_S24_3BE, .s24be), (SND_PCM_FORMAT_S16_BE, .s16be),
        (SND_PCM_FORMAT_FLOAT64_LE, .f64le), (SND_PCM_FORMAT_U8, .u8), (SND_PCM_FORMAT_S8, .s8),
    ]

    /// - Throws: a failure that names what could not be negotiated.
    init(pcm: OpaquePointer, name: String, options: CaptureOptions) throws(DeviceFailure) {
        var hardware: OpaquePointer?
        guard snd_pcm_hw_params_malloc(&hardware) >= 0, let hardware else { throw .waiting("out of memory") }
        defer { snd_pcm_hw_params_free(hardware) }
        // At the device's own rate if possible: our resampler is better than the one of ALSA's plug.
        let chosen = try Self.attempt(pcm, hardware, resample: false, name, options)
        var agreed = chosen
        if agreed == nil { agreed = try Self.attempt(pcm, hardware, resample: true, name, options) }
        guard let agreed else {
            throw .failed("the ALSA PCM '\(name)' has no usable rate; try plughw instead of hw")
        }
        self = agreed
        try Self.setSoftware(pcm, name, period: period)
    }

    private init(format: StreamFormat, period: Int, buffer: Int) {
        self.format = format
        self.period = period
        self.buffer = buffer
    }

    /// - Returns: nil if no usable rate was found.
    private static func attempt(
        _ pcm: OpaquePointer, _ hardware: OpaquePointer, resample: Bool, _ name: String, _ options: CaptureOptions
    ) throws(DeviceFailure) -> ALSAParameters? {
        try check(snd_pcm_hw_params_any(pcm, hardware), "offers no configuration", name)
        _ = snd_pcm_hw_params_set_rate_resample(pcm, hardware, resample ? 1 : 0)
        try check(
            snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED),
            "has no interleaved access; try plughw instead of hw", name)
        let sample = try chooseFormat(pcm, hardware, name, options)
        var channels = wantedChannels(pcm, options)
        try check(snd_pcm_hw_params_set_channels_near(pcm, hardware, &channels), "has no usable channels", name)
        var rate = UInt32(captureRate)
        var direction: Int32 = 0
        guard snd_pcm_hw_params_set_rate_near(pcm, hardware, &rate, &direction) >= 0 else { return nil }
        var period = snd_pcm_uframes_t(max(16, options.fragment.seconds * Double(rate)))
        guard snd_pcm_hw_params_set_period_size_near(pcm, hardware, &period, &direction) >= 0 else { return nil }
        // A large buffer adds no delay: audio is read as soon as a period is available.
        var buffer = max(period * 4, snd_pcm_uframes_t(options.serverBuffer.seconds * Double(rate)))
        guard snd_pcm_hw_params_set_buffer_size_near(pcm, hardware, &buffer) >= 0 else { return nil }
        guard snd_pcm_hw_params(pcm, hardware) >= 0 else {
            if resample { throw .waiting("the ALSA PCM '\(name)' rejects its own configuration; is it in use?") }
            return nil
        }
        guard let format = try? StreamFormat(sample: sample, rate: Int(rate), channels: Int(channels)) else {
            return nil
        }
        return ALSAParameters(format: format, period: Int(period), buffer: Int(buffer))
    }

    private static func wantedChannels(_ pcm: OpaquePointer, _ options: CaptureOptions) -> UInt32 {
        // Its `infile` holds raw bytes, which are returned in any requested layout. Mono is customary.
        let least: UInt32 = snd_pcm_type(pcm) == SND_PCM_TYPE_FILE ? 1 : 2
        guard case .channel(let number) = options.channel else { return least }
        return max(least, UInt32(number))
    }

    private static func chooseFormat(
        _ pcm: OpaquePointer, _ hardware: OpaquePointer, _ name: String, _ options: CaptureOptions
    ) throws(DeviceFailure) -> SampleFormat {
        var candidates = formats
        if let wanted = options.alsaFormat {
            candidates = formats.filter { $0.1 == wanted }
        } else if snd_pcm_type(pcm) == SND_PCM_TYPE_FILE {
            // Its `infile` holds raw bytes, which are returned in any requested format. 16 bits are customary.
            candidates = formats.filter { $0.1 == .s16le } + formats
        }
        for (format, sample) in candidates where snd_pcm_hw_params_set_format(pcm, hardware, format) >= 0 {
            return sample
        }
        throw .failed("the ALSA PCM '\(name)' has no usable sample format; try plughw instead of hw")
    }

    private static func setSoftware(_ pcm: OpaquePointer, _ name: String, period: Int) throws(DeviceFailure) {
        var software: OpaquePointer?
        guard snd_pcm_sw_params_malloc(&software) >= 0, let software else { throw .waiting("out of memory") }
        defer { snd_pcm_sw_params_free(software) }
        try check(snd_pcm_sw_params_current(pcm, software), "has no parameters", name)
        try check(
            snd_pcm_sw_params_set_avail_min(pcm, software, snd_pcm_uframes_t(period)), "cannot signal each period",
            name)
        try check(snd_pcm_sw_params(pcm, software), "rejects its parameters", name)
    }

    private static func check(_ code: Int32, _ what: String, _ name: String) throws(DeviceFailure) {
        guard code < 0 else { return }
        throw .waiting("the ALSA PCM '\(name)' \(what): \(errnoText(-code))")
    }
}
