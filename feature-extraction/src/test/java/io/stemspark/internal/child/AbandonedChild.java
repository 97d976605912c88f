package io.stemspark.internal.child;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A parent that is killed in the middle of a file, after it has printed its child's process id. */
final class AbandonedChild {
  private AbandonedChild() {}

  public static void main(String[] arguments) throws IOException {
    ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard());
    FileChannel file = FileChannel.open(Path.of(arguments[0]));
    AudioReader reader = decoder.open(arguments[0], file, AudioDecoder.BEST_STREAM);
    reader.read(new float[reader.format().channels()][10]);
    System.out.println(decoder.pid());
    Runtime.getRuntime().halt(1);
  }
}
