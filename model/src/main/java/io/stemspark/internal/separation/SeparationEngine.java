package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.Manifest.Member;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.RangeReader;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.segments.TrackLevel;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemSink;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Separates tracks, one call at a time per thread. Immutable and thread-safe.
 *
 * @param stft the spectra that networks of patches were fitted to
 * @param stems what the model separates a mixture into
 * @param members its networks
 */
public record SeparationEngine(
    StftConfig stft, StemSet stems, List<MemberNetwork> members, SeparationConfig config) {
  /**
   * @throws IllegalArgumentException if these do not fit together
   */
  public SeparationEngine {
    members = List.copyOf(members);
    for (MemberNetwork member : members) {
      NetworkSpec spec = member.member().network();
      config.requireFits(spec);
      if (spec instanceof Patches patches && patches.patch().bins() > stft.bins()) {
        throw new IllegalArgumentException(
            "A patch has %d bins. Expected at most %d, the bins of the STFT."
                .formatted(patches.patch().bins(), stft.bins()));
      }
    }
  }

  /** An engine with one network that sees patches. */
  public SeparationEngine(StftConfig stft, Patches spec, Network network, SeparationConfig config) {
    this(
        stft,
        StemSet.of(spec.stems()),
        List.of(new MemberNetwork(Member.of(ModelBundle.UNET, spec), network)),
        config);
  }

  /**
   * An engine with the networks of a bundle.
   *
   * @param networks in the order of the manifest
   */
  public static SeparationEngine of(
      ModelBundle bundle, List<Network> networks, SeparationConfig config) {
    Manifest manifest = bundle.manifest();
    List<MemberNetwork> members = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      members.add(new MemberNetwork(manifest.members().get(i), networks.get(i)));
    }
    StemSet stems = new StemSet(manifest.stems(), manifest.residual());
    return new SeparationEngine(manifest.stft(), stems, members, config);
  }

  /** Whether a track is read once more, before it is separated, for its level. */
  public boolean needsLevel() {
    return members.stream()
        .anyMatch(member -> member.member().network() instanceof Segments spec && spec.level());
  }

  private StemPlan plan() {
    return StemPlan.of(stems, config.output().stems());
  }

  /**
   * Separates the rest of {@code mixture} into stems as the settings' output has them. All stems of
   * the model sum to the mixture on its steps.
   *
   * @return what was done
   */
  public SeparationResult separate(AudioReader mixture, StemSink sink) throws IOException {
    if (needsLevel()) {
      throw new IllegalStateException("The track has to be opened twice, for its level.");
    }
    return separate(mixture, plan(), config, TrackLevel.AS_IT_IS, sink);
  }

  /** Opens a track. */
  @FunctionalInterface
  public interface Opening {
    AudioReader open() throws IOException;
  }

  /**
   * The same of a model that may need the track's level.
   *
   * @param again opens the track once more, if that is needed
   */
  public SeparationResult separate(AudioReader mixture, Opening again, StemSink sink)
      throws IOException {
    return separate(mixture, plan(), config, level(again), sink);
  }

  private TrackLevel level(Opening opening) throws IOException {
    if (!needsLevel()) {
      return TrackLevel.AS_IT_IS;
    }
    try (AudioReader track = opening.open()) {
      return TrackLevel.of(track);
    }
  }

  private SeparationResult separate(
      AudioReader mixture, StemPlan plan, SeparationConfig as, TrackLevel level, StemSink sink)
      throws IOException {
    AudioFormat format = mixture.format();
    MemberEstimators estimators = new MemberEstimators(stft, members, as, plan, level);
    try (TrackSeparation track = new TrackSeparation(stft, estimators, as, plan, format, sink)) {
      float[][] block = new float[format.channels()][stft.hopLength()];
      long start = System.nanoTime();
      long pushing = 0;
      for (int n = mixture.read(block); n >= 0; n = mixture.read(block)) {
        long read = System.nanoTime();
        track.push(block, n);
        pushing += System.nanoTime() - read;
      }
      long reading = System.nanoTime() - start - pushing;
      return track.finish(Duration.ofNanos(reading));
    }
  }

  /**
   * Cuts a track into chunks, which {@link #estimate} takes one by one. Where several are not
   * worthwhile, there is one.
   *
   * @param most the most chunks
   */
  public List<Chunk> cut(AudioReader mixture, int most) {
    return isCut()
        ? cut(mixture.format()).chunks(mixture.expectedSamples(), most)
        : List.of(new Chunk(0, Long.MAX_VALUE));
  }

  /** The stems that {@link #estimate} gives, in order. */
  public List<Stem> estimated() {
    return plan().direct();
  }

  /** The format of what {@link #estimate} gives. */
  public AudioFormat estimateFormat(AudioReader mixture) {
    return OutputConfig.unrounded().formatFor(mixture.format());
  }

  /**
   * Estimates stems of a chunk of a track; {@link #join} takes those of all chunks, one after the
   * other.
   *
   * @param mixture the whole track, from its start
   * @param chunk one of those that {@link #cut} gave
   * @param sink takes the {@link #estimated} stems before they are rounded, at positions within the
   *     chunk
   * @return what was done, with the samples of the mixture around the chunk
   */
  public SeparationResult estimate(AudioReader mixture, Chunk chunk, StemSink sink)
      throws IOException {
    long context = cut(mixture.format()).context();
    long start = Math.max(0, chunk.from() - context);
    long end = chunk.to() > Long.MAX_VALUE - context ? Long.MAX_VALUE : chunk.to() + context;
    StemPlan plan = plan();
    return separate(
        new RangeReader(mixture, start, end),
        new StemPlan(plan.direct(), plan.residual(), plan.direct()),
        config.withOutput(OutputConfig.unrounded()),
        TrackLevel.AS_IT_IS,
        part(sink, chunk.from() - start, chunk.to() - start));
  }

  /** Passes on the samples from one up to another, and not those around them. */
  private static StemSink part(StemSink sink, long from, long to) {
    return (stems, position, length) -> {
      int skipped = (int) Math.max(0, Math.min(length, from - position));
      int end = (int) Math.max(skipped, Math.min(length, to - position));
      if (end > skipped) {
        float[][][] parts =
            Arrays.stream(stems).map(stem -> between(stem, skipped, end)).toArray(float[][][]::new);
        sink.write(parts, position + skipped - from, end - skipped);
      }
    };
  }

  private static float[][] between(float[][] samples, int from, int to) {
    return Arrays.stream(samples)
        .map(channel -> Arrays.copyOfRange(channel, from, to))
        .toArray(float[][]::new);
  }

  /** Whether networks see patches alone, between whose blocks a track can be cut. */
  private boolean isCut() {
    return members.stream()
        .allMatch(
            member ->
                member.member().network() instanceof Patches patches
                    && (members.size() == 1 || patches.output() == Output.RATIO));
  }

  private ChunkPlanner cut(AudioFormat format) {
    Patches spec = (Patches) members.get(0).member().network();
    return ChunkPlanner.of(stft, spec, config, format);
  }

  /**
   * Splits a mixture whose stems have been estimated, as {@link #separate} would.
   *
   * @param estimates what {@link #estimate} gave, of all chunks, by stem
   */
  public SeparationResult join(AudioReader mixture, List<AudioReader> estimates, StemSink sink)
      throws IOException {
    return new EstimatedTrack(mixture, estimates, plan(), config.output()).split(sink);
  }
}
