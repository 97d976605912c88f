package io.stemspark.internal.child;

import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.process.ProcessFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that a parent and its child both see. Bytes of files and samples pass through it, because
 * a pipe would copy them twice more and wake the other side for every 64 KiB.
 */
final class SharedMemory {
  /** Room for the largest message: samples of as many channels as there may be. */
  private static final int SIZE = Message.MAX_SAMPLES * AudioFormat.MAX_CHANNELS * Float.BYTES;

  private SharedMemory() {}

  /**
   * Makes the file behind it, which only this user can read. Both sides may delete it once they
   * have mapped it.
   */
  static Path create() throws IOException {
    Path file = Files.createTempFile(ProcessFolder.get(), "decoder", null);
    try {
      // If the file had holes, a full disk would end the process that writes to them.
      Files.write(file, new byte[SIZE]);
      return file;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, SIZE).order(ByteOrder.nativeOrder());
    }
  }
}
