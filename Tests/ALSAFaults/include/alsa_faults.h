#pragma once
// Stands in for snd_pcm_readi in the process that links it, to fail on demand as hardware does.

// The next read in this process stops the stream and returns -code (EPIPE, ENODEV, ...). 0 takes it back.
void alsa_fault_next_read(int code);
