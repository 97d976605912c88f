package io.stemspark.internal.child;

import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.StorageException;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.process.Watchdog;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The child: answers the parent's requests until there are none. */
final class DecoderMain {
  private static final int BUFFER_BYTES = 1 << 12;

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Map<Integer, OpenFile> files = new HashMap<>();
  private final ByteBuffer memory;
  private final FloatBuffer sharedSamples;
  private float[][] samples = new float[0][0];

  /** A reader, and its samples in whole blocks: each message costs a switch of processes. */
  private record OpenFile(AudioReader reader, FullReader blocks) {}

  private DecoderMain(DataInputStream in, DataOutputStream out, ByteBuffer memory) {
    this.in = in;
    this.out = out;
    this.memory = memory;
    this.sharedSamples = memory.asFloatBuffer();
  }

  /** Takes the bytes of memory that this process may occupy, and the file that both sides map. */
  public static void main(String[] arguments) throws IOException {
    long memory = Long.parseLong(arguments[0]);
    // Standard output is the parent's; what a library prints must not get into it.
    System.setOut(System.err);
    // Before there is a second thread: two that load JavaCPP's classes can wait for each other.
    av_max_alloc(memory);
    Watchdog.start(memory);
    DecoderMain child =
        new DecoderMain(
            new DataInputStream(System.in),
            new DataOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES)),
            SharedMemory.map(Path.of(arguments[1])));
    try {
      child.out.writeByte(Message.READY);
      child.out.flush();
      child.answerAll();
    } catch (EOFException e) {
      // The parent has gone, or has closed this decoder.
      return;
    }
  }

  private void answerAll() throws IOException {
    while (true) {
      byte request = in.readByte();
      int id = in.readInt();
      try {
        switch (request) {
          case Message.OPEN -> open(id, in.readInt(), in.readLong());
          case Message.NEXT -> next(files.get(id));
          case Message.CLOSE -> close(id);
          default -> throw new IOException("Request %d is not known.".formatted(request));
        }
      } catch (AudioException e) {
        fail(e.reason());
      } catch (StorageException e) {
        fail(e.getMessage());
      }
      out.flush();
    }
  }

  private void open(int id, int stream, long size) throws IOException {
    AudioReader reader = FfmpegReader.open("", new RequestedChannel(in, out, memory, size), stream);
    files.put(id, new OpenFile(reader, new FullReader(reader)));
    AudioFormat format = reader.format();
    out.writeByte(Message.OPENED);
    out.writeInt(format.sampleRate());
    out.writeInt(format.channels());
    Message.writeText(out, format.sampleFormat().name());
    Message.writeText(out, format.layout());
    out.writeLong(reader.expectedSamples());
    Message.writeTags(out, reader.tags());
    // Covers of several files would fill this small heap.
    if (reader instanceof FfmpegReader own) {
      own.forgetTags();
    }
  }

  private void next(OpenFile file) throws IOException {
    int channels = file.reader().format().channels();
    if (samples.length != channels) {
      samples = new float[channels][Message.MAX_SAMPLES];
    }
    int length = file.blocks().read(samples);
    if (length < 0) {
      out.writeByte(Message.END);
      Message.writeTexts(out, file.reader().repairs());
      return;
    }
    out.writeByte(Message.SAMPLES);
    out.writeInt(length);
    for (int c = 0; c < channels; c++) {
      sharedSamples.put(c * length, samples[c], 0, length);
    }
  }

  private void close(int id) throws IOException {
    OpenFile file = files.remove(id);
    if (file != null) {
      file.reader().close();
    }
    out.writeByte(Message.CLOSED);
  }

  private void fail(String reason) throws IOException {
    out.writeByte(Message.FAILED);
    Message.writeText(out, reason);
  }
}
