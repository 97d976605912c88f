package io.stemspark.internal.jobs;

import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.report.HearingPage;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What a model makes of clips: whether it was described as its authors run it can be heard, and
 * with known stems be measured. Clips are folders that hold {@code mixture} and the stems that are
 * known, by their names.
 */
public final class Hearing {
  /** Clips that would begin later are left out. */
  private static final double PATIENCE_SECONDS = 60;

  private final ModelBundle bundle;
  private final boolean draws;
  private final Map<Stem, Score> scores = new LinkedHashMap<>();
  private final List<HearingPage.Clip> pictures = new ArrayList<>();
  private double audio;
  private double computing;
  private double sumError;
  private int heard;

  private Hearing(ModelBundle bundle, boolean draws) {
    this.bundle = bundle;
    this.draws = draws;
    bundle.manifest().stems().forEach(stem -> scores.put(stem, new Score()));
  }

  /** What is measured of a stem, over all clips. */
  private static final class Score {
    private final SignalToDistortion estimate = new SignalToDistortion();
    private final SignalToDistortion mixture = new SignalToDistortion();
    private double energy;
    private boolean known;

    OptionalDouble decibels(SignalToDistortion of) {
      return known ? OptionalDouble.of(of.decibels()) : OptionalDouble.empty();
    }
  }

  /**
   * Separates clips with one thread.
   *
   * @param folder of clips
   * @param draws whether a page is to be written
   * @throws IOException when there is none, one cannot be read, or the model fails on it
   */
  public static Hearing of(ModelBundle bundle, Path folder, boolean draws) throws IOException {
    Hearing hearing = new Hearing(bundle, draws);
    List<Path> clips = clips(folder);
    SeparationConfig config =
        SeparationConfig.standard()
            .withOutput(OutputConfig.unrounded())
            .of(bundle.manifest().stems());
    List<Network> networks =
        NetworkLoader.loadAll(bundle, InferenceSettings.oneThread(Precision.FLOAT));
    try {
      SeparationEngine engine = SeparationEngine.of(bundle, networks, config);
      for (Path clip : clips) {
        if (hearing.computing < PATIENCE_SECONDS) {
          hearing.hear(clip, engine);
        }
      }
      return hearing;
    } finally {
      networks.forEach(Network::close);
    }
  }

  /**
   * Checks that there are clips.
   *
   * @throws IOException when there is none
   */
  public static void requireClips(Path folder) throws IOException {
    clips(folder);
  }

  private static List<Path> clips(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not a folder. Expected one of clips.");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> clips = new ArrayList<>();
      for (Path entry : entries.sorted().toList()) {
        if (Files.isDirectory(entry) && file(entry, Stem.MIXTURE).isPresent()) {
          clips.add(entry);
        }
      }
      if (clips.isEmpty()) {
        throw new IOException(
            "%s holds no clips. Expected folders, each with a file mixture.*, and stems that are known."
                .formatted(folder));
      }
      return clips;
    }
  }

  private static Optional<Path> file(Path clip, String name) throws IOException {
    try (Stream<Path> files = Files.list(clip)) {
      return files.filter(file -> title(file).equals(name)).sorted().findFirst();
    }
  }

  private static String title(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static Waveform read(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      return Waveform.readAll(reader);
    }
  }

  private void hear(Path clip, SeparationEngine engine) throws IOException {
    Path file = file(clip, Stem.MIXTURE).orElseThrow();
    Waveform mixture = read(file);
    List<Stem> stems = bundle.manifest().stems();
    float[][][] estimates = new float[stems.size()][mixture.format().channels()][mixture.length()];
    long start = System.nanoTime();
    separate(file, engine, estimates);
    computing += (System.nanoTime() - start) / 1e9;
    audio += (double) mixture.length() / mixture.format().sampleRate();
    Map<String, Waveform> sounds = new LinkedHashMap<>();
    sounds.put(Stem.MIXTURE, mixture);
    for (int i = 0; i < stems.size(); i++) {
      Waveform estimate = new Waveform(mixture.format(), estimates[i]);
      sounds.put(stems.get(i).name(), estimate);
      measure(clip, stems.get(i), estimate, mixture);
    }
    sumError = Math.max(sumError, sumError(mixture, estimates));
    heard++;
    if (draws) {
      pictures.add(HearingPage.Clip.of(clip.getFileName().toString(), sounds));
    }
  }

  private static void separate(Path file, SeparationEngine engine, float[][][] estimates)
      throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      engine.separate(
          reader,
          () -> FfmpegReader.open(file),
          (parts, position, length) -> {
            for (int stem = 0; stem < parts.length; stem++) {
              for (int c = 0; c < parts[stem].length; c++) {
                System.arraycopy(parts[stem][c], 0, estimates[stem][c], (int) position, length);
              }
            }
          });
    } catch (IllegalStateException | UnsoundEstimateException e) {
      throw new IOException("The model fails on %s. %s".formatted(file, e.getMessage()), e);
    }
  }

  private void measure(Path clip, Stem stem, Waveform estimate, Waveform mixture)
      throws IOException {
    Score score = scores.get(stem);
    for (float[] channel : estimate.samples()) {
      for (float sample : channel) {
        score.energy += (double) sample * sample;
      }
    }
    Optional<Path> file = file(clip, stem.name());
    if (file.isPresent()) {
      Waveform truth = read(file.get());
      if (truth.format().sampleRate() != mixture.format().sampleRate()) {
        throw new IOException(
            "%s has %d Hz, and its mixture %d. Expected the same."
                .formatted(file.get(), truth.format().sampleRate(), mixture.format().sampleRate()));
      }
      int channels = Math.min(truth.samples().length, mixture.samples().length);
      int length = Math.min(truth.length(), mixture.length());
      for (int c = 0; c < channels; c++) {
        score.estimate.add(truth.channel(c), estimate.channel(c), length);
        score.mixture.add(truth.channel(c), mixture.channel(c), length);
      }
      score.known |= isHeard(truth);
    }
  }

  private static boolean isHeard(Waveform truth) {
    for (float[] channel : truth.samples()) {
      for (float sample : channel) {
        if (sample != 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static double sumError(Waveform mixture, float[][][] estimates) {
    double worst = 0;
    for (int c = 0; c < mixture.samples().length; c++) {
      for (int i = 0; i < mixture.length(); i++) {
        double sum = 0;
        for (float[][] estimate : estimates) {
          sum += estimate[c][i];
        }
        worst = Math.max(worst, Math.abs(sum - mixture.channel(c)[i]));
      }
    }
    return worst;
  }

  /** What was heard, in words. */
  public String text() {
    double all = Math.max(Double.MIN_NORMAL, energy());
    StringBuilder text = new StringBuilder("Heard on %d clips, %.0f s:%n".formatted(heard, audio));
    scores.forEach(
        (stem, score) -> {
          text.append("  %-16s %3.0f %% of the energy".formatted(stem, 100 * score.energy / all));
          score
              .decibels(score.estimate)
              .ifPresent(
                  sdr ->
                      text.append(
                          ", SDR %.1f dB, of the mixture %.1f dB"
                              .formatted(sdr, score.mixture.decibels())));
          text.append(System.lineSeparator());
        });
    text.append(
        "  Stems sum to the mixture within %.0e of full scale. A second of audio takes a core of this machine %.0f ms%s."
            .formatted(sumError, 1000 * computing / audio, memory()));
    misheard()
        .ifPresent(
            stem ->
                text.append(
                    "%nThe stem %s is no closer to the truth than the mixture is. Is the network described as its authors run it: transform, scale, channels, stems?"
                        .formatted(stem)));
    return text.toString();
  }

  private double energy() {
    return scores.values().stream().mapToDouble(score -> score.energy).sum();
  }

  /** A stem whose estimate is no better than none. */
  private Optional<Stem> misheard() {
    return scores.entrySet().stream()
        .filter(score -> score.getValue().known)
        .filter(
            score -> !(score.getValue().estimate.decibels() > score.getValue().mixture.decibels()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The most memory that this process has had, where the system says so. */
  private static String memory() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .map(", and this process had up to %d MB"::formatted)
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // It is said where it is known.
    }
  }

  /** Writes a page with pictures of all clips and stems. */
  public void writePage(Path file) throws IOException {
    Files.writeString(file, HearingPage.render(text(), pictures));
  }
}
