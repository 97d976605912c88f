/**
 * Decoding in a process of its own, so that a crash, a hang or a flood of memory ends that process
 * alone. It is no sandbox: who takes the process over has the rights of the user that it runs as,
 * though not the credentials in the environment.
 *
 * <p>The parent ({@link io.stemspark.audio.child.ChildDecoder}) has the storage and its
 * credentials; the child ({@code DecoderMain}) has FFmpeg and asks the parent for the bytes that
 * FFmpeg wants to see. They take turns on the child's standard input and output: the parent sends a
 * request, the child answers it once, and may ask for bytes in between. {@code Message} lists what
 * is said; bytes of files and samples pass through {@code SharedMemory}.
 */
package io.stemspark.audio.child;
