#pragma once
// Replaces snd_pcm_readi in the process that links it, to inject hardware errors.

// Makes the next read in this process stop the stream and return -code (EPIPE, ENODEV, ...). 0 cancels the fault.
void alsa_fault_next_read(int code);
