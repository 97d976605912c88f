package io.stemspark.internal.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudioStreamsTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void whatWasOpenIsClosedAfterAFailureThatIsReported() {
    assertThatThrownBy(
            () -> AudioStreams.open(List.of("a", "stuck", "broken", "b"), this::open, all -> all))
        .isInstanceOf(IOException.class)
        .hasMessage("broken does not open")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("stuck does not close"));
    assertThat(closed).containsExactly("a", "stuck");
  }

  @Test
  void allAreClosedEvenIfOneDoesNot() throws IOException {
    List<AudioReader> readers = List.of(open("stuck"), open("a"), open("stuck too"), open("b"));
    assertThatThrownBy(() -> AudioStreams.close(readers)).hasMessage("stuck does not close");
    assertThat(closed).containsExactly("stuck", "a", "stuck too", "b");
  }

  private AudioReader open(String name) throws IOException {
    if (name.equals("broken")) {
      throw new IOException(name + " does not open");
    }
    return new ForwardingReader(null) {
      @Override
      public void close() throws IOException {
        closed.add(name);
        if (name.startsWith("stuck")) {
          throw new IOException(name + " does not close");
        }
      }
    };
  }
}
