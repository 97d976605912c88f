package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.TestSpark;
import io.stemspark.internal.averaging.TrainJob;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.patch.Patch;
import io.stemspark.patch.Patcher;
import io.stemspark.run.InputException;
import io.stemspark.spark.Runs;
import io.stemspark.spark.SmallSettings;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class FeatureDatasetTest {
  @TempDir Path folder;

  @Test
  void rowsEqualPlainJava() throws IOException {
    JobSettings settings = SmallSettings.load();
    String features = folder.resolve("features").toString();
    List<Row> rows;
    try (SparkSession spark = TestSpark.local()) {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      Runs.extract(ExtractJob.create(Demo.FOLDER.toString(), features, settings, hadoop), spark);
      rows =
          spark
              .read()
              .parquet(features)
              .where("track_id = 'train/it-wrong' and channel = 1 and split = 'train'")
              .orderBy("first_frame")
              .collectAsList();
    }
    List<Patch> expected =
        new Patcher(settings.patch())
            .split(
                new Stft(settings.stft())
                    .forward(
                        Demo.read(Demo.FOLDER.resolve("train/it-wrong/vocals.flac")).channel(1)));
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).<Integer>getAs("first_frame")).isEqualTo(expected.get(i).firstFrame());
      assertThat(rows.get(i).<byte[]>getAs("vocals_real"))
          .isEqualTo(HalfFloats.encode(expected.get(i).content().real()));
      assertThat(rows.get(i).<byte[]>getAs("vocals_imag"))
          .isEqualTo(HalfFloats.encode(expected.get(i).content().imag()));
    }
    assertMixtureIsSumOfStems(settings, rows);
  }

  private void assertMixtureIsSumOfStems(JobSettings settings, List<Row> rows) throws IOException {
    List<Patch> mixture =
        new Patcher(settings.patch())
            .split(
                new Stft(settings.stft())
                    .forward(
                        Demo.read(Demo.FOLDER.resolve("train/it-wrong/mixture.flac")).channel(1)));
    float[] vocals = new float[settings.patch().size()];
    float[] rest = new float[settings.patch().size()];
    HalfFloats.decode(ByteBuffer.wrap(rows.get(2).getAs("vocals_real")), vocals);
    HalfFloats.decode(ByteBuffer.wrap(rows.get(2).getAs("accompaniment_real")), rest);
    float[] expected = mixture.get(2).content().real();
    for (int i = 0; i < expected.length; i++) {
      float tolerance = (Math.abs(vocals[i]) + Math.abs(rest[i])) * 0x1p-11f + 1e-4f;
      assertThat(vocals[i] + rest[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  @Test
  void patchesOfTwoChannelsArePairsOfThoseOfOne() throws IOException {
    JobSettings settings = SmallSettings.load();
    String features = folder.resolve("features").toString();
    try (SparkSession spark = TestSpark.local()) {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      Runs.extract(ExtractJob.create(Demo.FOLDER.toString(), features, settings, hadoop), spark);
      DatasetManifest manifest = DatasetManifest.read(features, hadoop);
      Set<List<Float>> alone = new HashSet<>();
      FeatureDataset mono = open(spark, features, manifest, 1, settings);
      mono.sample(mono.size())
          .forEach(patch -> alone.add(values(patch.stems().get(0), 0, settings)));
      Set<List<Float>> paired = new HashSet<>();
      FeatureDataset stereo = open(spark, features, manifest, 2, settings);
      for (StemPatch patch : stereo.sample(stereo.size())) {
        List<Float> left = values(patch.stems().get(0), 0, settings);
        List<Float> right = values(patch.stems().get(0), 1, settings);
        paired.add(left);
        paired.add(right);
      }
      assertThat(paired).isEqualTo(alone);
      assertThat(mono.size()).isEqualTo(2 * stereo.size());
    }
  }

  private static FeatureDataset open(
      SparkSession spark,
      String features,
      DatasetManifest manifest,
      int channels,
      JobSettings settings)
      throws IOException {
    return FeatureDataset.open(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        features,
        manifest,
        settings.patch(),
        channels,
        settings.training());
  }

  private static List<Float> values(Spectrogram both, int channel, JobSettings settings) {
    int size = settings.patch().size();
    List<Float> values = new ArrayList<>();
    for (int i = channel * size; i < (channel + 1) * size; i++) {
      values.add(both.real()[i]);
    }
    return values;
  }

  @Test
  void trainingRefusesOtherSettings() throws IOException {
    JobSettings settings = SmallSettings.load();
    String features = folder.resolve("features").toString();
    try (SparkSession spark = TestSpark.local()) {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      Runs.extract(ExtractJob.create(Demo.FOLDER.toString(), features, settings, hadoop), spark);
      JobSettings other = SmallSettings.load("stemspark.patch.frames = 32");
      assertThatThrownBy(
              () ->
                  TrainJob.create(
                      features, folder + "/model.bundle", Optional.empty(), false, other, hadoop))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("PatchConfig[frames=64, bins=256]")
          .hasMessageContaining("training asks for")
          .hasMessageContaining("PatchConfig[frames=32, bins=256]");
    }
    Files.delete(folder.resolve("features/_stemspark.json"));
    assertThatThrownBy(
            () ->
                TrainJob.create(
                    features,
                    folder + "/model.bundle",
                    Optional.empty(),
                    false,
                    settings,
                    new Configuration()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("did not finish");
  }
}
