package io.stemspark.separation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.List;

/**
 * How tracks are separated.
 *
 * @param engine what computes the network
 * @param precision in what arithmetic
 * @param overlap share of a window that it has in common with the next and fades over
 * @param batchPatches patches that the network sees at once
 * @param wiener whether a multichannel Wiener filter refines what the network estimates of stereo
 * @param output how stems are written
 */
public record SeparationConfig(
    InferenceBackend engine,
    Precision precision,
    double overlap,
    int batchPatches,
    boolean wiener,
    OutputConfig output)
    implements Serializable {
  private static final int MAX_BATCH = 1024;
  private static final double MAX_OVERLAP = 0.5;

  /** Most bytes of a Java buffer outside the heap. */
  private static final long MAX_BATCH_BYTES = Integer.MAX_VALUE;

  /** Keeps a share such as 0.3 of 10 frames from becoming 2. */
  private static final double ROUNDING = 1e-9;

  /** The defaults of {@code reference.conf}. */
  public static SeparationConfig standard() {
    Config defaults = ConfigFactory.defaultReference();
    return from(
        new Section(defaults, "stemspark.separation"), new Section(defaults, "stemspark.output"));
  }

  /** Reads the blocks {@code separation} and {@code output} of the settings. */
  public static SeparationConfig from(Section separation, Section output) {
    return new SeparationConfig(
        separation.choice("engine", InferenceBackend.class),
        separation.choice("precision", Precision.class),
        separation.number("overlap", 0, MAX_OVERLAP),
        separation.integer("batch-patches", 1, MAX_BATCH),
        separation.flag("wiener"),
        OutputConfig.from(output));
  }

  /**
   * Checks that tracks can be separated in this way by a network.
   *
   * @throws IllegalArgumentException that says which setting does not fit it
   */
  public void requireFits(NetworkSpec network) {
    if (engine == InferenceBackend.CUDA && precision == Precision.INT8) {
      throw new IllegalArgumentException(
          "stemspark.separation.precision = int8 is for processors, but engine = cuda is set.");
    }
    boolean ratio =
        network instanceof NetworkSpec.Patches patches && patches.output() == Output.RATIO;
    if (wiener && (network.stems().size() > 1 || ratio)) {
      throw new IllegalArgumentException(
          "stemspark.separation.wiener = true is for models of one network that gives one stem.");
    }
    if (network instanceof NetworkSpec.Patches patches) {
      requireBatchFits(patches);
    } else if (wiener) {
      throw new IllegalArgumentException(
          "stemspark.separation.wiener = true is for networks that see patches of spectrograms, and this one sees segments of a track.");
    }
  }

  private void requireBatchFits(NetworkSpec.Patches network) {
    long planes = Math.max(network.inputPlanes(), network.outputPlanes());
    long most = MAX_BATCH_BYTES / (Float.BYTES * planes * network.patch().size());
    if (batchPatches > most) {
      throw new IllegalArgumentException(
          "stemspark.separation.batch-patches = %d would hold more than 2 GB of this model's patches at once. Expected at most %d."
              .formatted(batchPatches, most));
    }
  }

  /** Frames that neighbouring windows share. */
  public int overlapFrames(NetworkSpec.Patches network) {
    return (int) (overlap * network.patch().frames() + ROUNDING);
  }

  /** Frames from the start of a window to that of the next. */
  public int stepFrames(NetworkSpec.Patches network) {
    return network.patch().frames() - overlapFrames(network);
  }

  /** Windows that the network sees at once. */
  public int blockWindows(NetworkSpec.Patches network, int channels) {
    return Math.max(1, batchPatches / network.patchesPerWindow(channels));
  }

  /**
   * The same for the stems of a model.
   *
   * @throws IllegalArgumentException when it has not all that are to be written
   */
  public SeparationConfig of(List<Stem> model) {
    return withOutput(output.of(model));
  }

  /** The same, for stems that are to be worked on further. */
  public SeparationConfig withOutput(OutputConfig other) {
    return new SeparationConfig(engine, precision, overlap, batchPatches, wiener, other);
  }
}
