package io.stemspark.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DecoderPoolTest {
  /** In an application that lives longer than its runs. */
  @Test
  void processesThatNobodyUsesEnd() throws Exception {
    DecoderPool.closeIdle(Duration.ZERO);
    Set<ProcessHandle> before = children();
    decode();
    decode();
    assertThat(DecoderPool.idle()).isEqualTo(1);
    Set<ProcessHandle> decoders = children();
    decoders.removeAll(before);
    assertThat(decoders).hasSize(1);
    DecoderPool.closeIdle(Duration.ofHours(1));
    assertThat(DecoderPool.idle()).isEqualTo(1);
    DecoderPool.closeIdle(Duration.ZERO);
    assertThat(DecoderPool.idle()).isZero();
    // It is told to end, and does by itself.
    decoders.iterator().next().onExit().get(1, TimeUnit.MINUTES);
    decode();
    assertThat(DecoderPool.idle()).isEqualTo(1);
  }

  private static void decode() throws IOException {
    Path clip = Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3");
    try (AudioDecoder decoder = DecoderPool.borrow(DecodingConfig.standard());
        AudioReader reader =
            decoder.open("clip", Files.newByteChannel(clip), AudioDecoder.BEST_STREAM)) {
      assertThat(reader.read(new float[reader.format().channels()][4096])).isPositive();
    }
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().children().collect(Collectors.toCollection(HashSet::new));
  }
}
