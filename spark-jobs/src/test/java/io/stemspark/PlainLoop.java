package io.stemspark;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.dataset.FeatureWriter;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import io.stemspark.separation.OutputConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** What a job does, without Spark, storage or ledger: one track after the other. */
public final class PlainLoop {
  private PlainLoop() {}

  public static void separate(Path corpus, Path out, Path model, JobSettings settings)
      throws IOException {
    ModelBundle bundle;
    try (InputStream stream = Files.newInputStream(model)) {
      bundle = ModelBundle.read(model.toString(), stream).forInference();
    }
    InferenceSettings runtime =
        new InferenceSettings(
            settings.separation().engine(),
            settings.separation().precision(),
            1,
            OptionalInt.empty());
    try (Network network = NetworkLoader.load(bundle, runtime)) {
      SeparationEngine separator =
          new SeparationEngine(
              bundle.manifest().stft(),
              bundle.manifest().network(),
              network,
              settings.separation().of(bundle.manifest().stems()));
      for (Path track : tracks(corpus)) {
        Path stems = Files.createDirectories(out.resolve("train").resolve(track.getFileName()));
        separate(separator, track.resolve("mixture.wav"), stems, settings.separation().output());
      }
    }
  }

  /** Writes {@code stems/vocals.wav} and {@code stems/accompaniment.wav}. */
  public static void separate(
      SeparationEngine separator, Path mixture, Path stems, OutputConfig output)
      throws IOException {
    try (AudioReader reader = FfmpegReader.open(mixture);
        AudioWriter vocals = writer(stems.resolve("vocals.wav"), reader, output);
        AudioWriter rest = writer(stems.resolve("accompaniment.wav"), reader, output)) {
      separator.separate(
          reader,
          (parts, position, length) -> {
            vocals.write(parts[0], length);
            rest.write(parts[1], length);
          });
    }
  }

  private static AudioWriter writer(Path file, AudioReader mixture, OutputConfig output)
      throws IOException {
    AudioFormat format = output.formatFor(mixture.format());
    return FfmpegWriter.create(file, output.encoding(), format, mixture.tags());
  }

  public static void extract(Path corpus, Path out, JobSettings settings) throws IOException {
    Path split = Files.createDirectories(out.resolve("split=train"));
    try (FeatureWriter writer =
        new FeatureWriter(
            split.resolve("rows.parquet"), settings.extraction().stems(), new Configuration())) {
      for (Path track : tracks(corpus)) {
        extract("train/" + track.getFileName(), track, writer, settings);
      }
    }
  }

  private static void extract(String id, Path track, FeatureWriter writer, JobSettings settings)
      throws IOException {
    try (PatchReader vocals = patches(track.resolve("vocals.wav"), settings);
        PatchReader rest = patches(track.resolve("accompaniment.wav"), settings)) {
      for (List<Patch> a = vocals.next(); a != null; a = vocals.next()) {
        List<Patch> b = rest.next();
        for (int c = 0; c < a.size(); c++) {
          writer.write(
              FeatureRow.ofStems(
                  id, c, settings.extraction().stems(), List.of(a.get(c), b.get(c))));
        }
      }
    }
  }

  private static PatchReader patches(Path file, JobSettings settings) throws IOException {
    return new PatchReader(FfmpegReader.open(file), settings.stft(), settings.patch());
  }

  private static List<Path> tracks(Path corpus) throws IOException {
    try (Stream<Path> tracks = Files.list(corpus.resolve("train"))) {
      return tracks.sorted().toList();
    }
  }
}
