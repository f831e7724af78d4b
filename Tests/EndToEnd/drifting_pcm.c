// An ALSA capture device in user space whose clock is off: `type drifting`, with `rate_error` as a fraction (0.05 is a
// card that runs 5% fast). It delivers a 440 Hz tone that restarts every second, so that there are notes to time.
// The fixture `card` of conftest.py compiles it.
//
// With `burn_at` and `burn`, in seconds, the device keeps a processor busy for `burn` once, `burn_at` after its start:
// a driver that spins. With `stop_at`, it delivers nothing from then on: a driver that is wedged.
//
// Frames are produced at the rate of CLOCK_MONOTONIC times 1 + rate_error. A timer descriptor that ticks every 5 ms
// makes the device pollable as hardware is. If frames are not read in time, the buffer overruns, as on hardware.
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <math.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 44100 };

typedef struct {
    snd_pcm_ioplug_t plug;
    double speed, burn_at, burn, stop_at;
    int burned;
    struct timespec start;
    uint64_t read;
} Drifting;

static double elapsed(const Drifting *device) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - device->start.tv_sec) + 1e-9 * (double)(now.tv_nsec - device->start.tv_nsec);
}

static uint64_t captured(const Drifting *device) {
    double seconds = elapsed(device);
    if (device->stop_at > 0 && seconds > device->stop_at) seconds = device->stop_at;
    return (uint64_t)(seconds * RATE * device->speed);
}

static int start(snd_pcm_ioplug_t *plug) {
    Drifting *device = plug->private_data;
    clock_gettime(CLOCK_MONOTONIC, &device->start);
    device->read = 0;
    return 0;
}

static int stop(snd_pcm_ioplug_t *plug) {
    (void)plug;
    return 0;
}

static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *plug) {
    Drifting *device = plug->private_data;
    uint64_t end = captured(device);
    if (end - device->read > plug->buffer_size) return -EPIPE;
    if (device->burn > 0 && !device->burned && elapsed(device) > device->burn_at) {
        device->burned = 1;
        while (elapsed(device) < device->burn_at + device->burn) continue;
    }
    return (snd_pcm_sframes_t)(end % plug->buffer_size);
}

static snd_pcm_sframes_t transfer(
    snd_pcm_ioplug_t *plug, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    Drifting *device = plug->private_data;
    int16_t *samples = (int16_t *)((char *)areas[0].addr + areas[0].first / 8) + offset;
    for (snd_pcm_uframes_t index = 0; index < size; ++index) {
        uint64_t position = (device->read + index) % RATE;
        double fade = exp(-4.0 * (double)position / RATE);
        samples[index] = (int16_t)(12000 * fade * sin(2 * M_PI * 440 * (double)position / RATE));
    }
    device->read += size;
    return (snd_pcm_sframes_t)size;
}

static int revents(snd_pcm_ioplug_t *plug, struct pollfd *entries, unsigned count, unsigned short *events) {
    (void)count;
    Drifting *device = plug->private_data;
    uint64_t ticks;
    if (read(entries[0].fd, &ticks, sizeof ticks) < 0) ticks = 0;
    *events = captured(device) - device->read >= plug->period_size ? POLLIN : 0;
    return 0;
}

static int finish(snd_pcm_ioplug_t *plug) {
    close(plug->poll_fd);
    free(plug->private_data);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = start, .stop = stop, .pointer = pointer, .transfer = transfer, .poll_revents = revents, .close = finish};

static int constrain(snd_pcm_ioplug_t *plug) {
    static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED}, format[] = {SND_PCM_FORMAT_S16_LE};
    int error = snd_pcm_ioplug_set_param_list(plug, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    if (!error) error = snd_pcm_ioplug_set_param_list(plug, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(plug, SND_PCM_IOPLUG_HW_RATE, RATE, RATE);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(plug, SND_PCM_IOPLUG_HW_CHANNELS, 1, 1);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(plug, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 512, 8192);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(plug, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 4096, 1 << 17);
    return error;
}

SND_PCM_PLUGIN_DEFINE_FUNC(drifting) {
    (void)root;
    double error = 0, burn_at = 0, burn = 0, stop_at = 0;
    const struct { const char *name; double *value; } options[] = {
        {"rate_error", &error}, {"burn_at", &burn_at}, {"burn", &burn}, {"stop_at", &stop_at}};
    snd_config_iterator_t entry, next;
    snd_config_for_each(entry, next, conf) {
        snd_config_t *member = snd_config_iterator_entry(entry);
        const char *id;
        if (snd_config_get_id(member, &id) < 0) continue;
        for (unsigned index = 0; index < sizeof options / sizeof *options; ++index)
            if (!strcmp(id, options[index].name)) snd_config_get_ireal(member, options[index].value);
    }
    if (stream != SND_PCM_STREAM_CAPTURE) return -EINVAL;
    Drifting *device = calloc(1, sizeof *device);
    if (!device) return -ENOMEM;
    device->speed = 1 + error;
    device->burn_at = burn_at;
    device->burn = burn;
    device->stop_at = stop_at;
    struct itimerspec ticks = {{0, 5000000}, {0, 5000000}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    timerfd_settime(timer, 0, &ticks, NULL);
    device->plug = (snd_pcm_ioplug_t){
        .version = SND_PCM_IOPLUG_VERSION, .name = "a card whose clock is off", .callback = &callbacks,
        .private_data = device, .poll_fd = timer, .poll_events = POLLIN, .mmap_rw = 0};
    int code = snd_pcm_ioplug_create(&device->plug, name, stream, mode);
    if (!code) code = constrain(&device->plug);
    if (code) return code;
    *pcmp = device->plug.pcm;
    return 0;
}
SND_PCM_PLUGIN_SYMBOL(drifting);
