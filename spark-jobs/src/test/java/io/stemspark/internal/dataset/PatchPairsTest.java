package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.dataset.PatchReference.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchPairsTest {
  private static PatchReference patch(String track, int frame, Channel... channels) {
    return new PatchReference(track, List.of(channels), frame);
  }

  /** The rows of a patch's channels may lie in two files. */
  @Test
  void channelsArePairedByTrackAndFrame() {
    List<PatchReference> rows = new ArrayList<>();
    for (int frame = 0; frame < 256; frame += 128) {
      rows.add(patch("mono", frame, new Channel("a", 0)));
      rows.add(patch("stereo", frame, new Channel("a", 0)));
      rows.add(patch("stereo", frame, new Channel("b", 1)));
    }
    for (int channel = 0; channel < 3; channel++) {
      rows.add(patch("three", 0, new Channel("b", channel)));
    }
    Collections.shuffle(rows, new Random(1));
    assertThat(FeatureDataset.pairs(rows))
        .containsExactly(
            patch("mono", 0, new Channel("a", 0), new Channel("a", 0)),
            patch("mono", 128, new Channel("a", 0), new Channel("a", 0)),
            patch("stereo", 0, new Channel("a", 0), new Channel("b", 1)),
            patch("stereo", 128, new Channel("a", 0), new Channel("b", 1)),
            patch("three", 0, new Channel("b", 0), new Channel("b", 1)),
            patch("three", 0, new Channel("b", 2), new Channel("b", 2)));
  }
}
