package io.stemspark.internal.averaging;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.dataset.FeatureDataset;
import io.stemspark.internal.export.ActivationRanges;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.pipeline.BundleOutput;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.training.PatchScores;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.internal.training.TrainingSource;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Adds an 8-bit model to a bundle, beside the one in single precision. */
public record QuantizeJob(
    String input,
    ModelBundle bundle,
    String features,
    DatasetManifest manifest,
    String output,
    JobSettings settings) {
  /** The largest loss of SDR, in dB. A model that loses more is not worth its speed. */
  private static final double MAX_LOSS = 0.1;

  private static final int CALIBRATION_PATCHES = 32;

  /**
   * Checks everything that can be checked without Spark.
   *
   * @param input a bundle whose network was fitted here
   * @param features a feature dataset with a training and a validation split
   * @param output the bundle to write
   * @throws InputException when something that is named cannot be used
   */
  public static QuantizeJob create(
      String input,
      String features,
      String output,
      JobSettings settings,
      Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle bundle = Inputs.readBundle(input, configuration);
          Inputs.fromBundle(input, () -> TrainedWeights.graph(bundle));
          DatasetManifest manifest = DatasetManifest.read(features, configuration);
          manifest.requireMadeWith(features, bundle.manifest().stft(), bundle.manifest().patch());
          manifest.requireTeaches(features, bundle.manifest().network().stems());
          Inputs.requireWritableParent(output, configuration);
          return new QuantizeJob(input, bundle, features, manifest, output, settings);
        });
  }

  /**
   * Quantizes the network and writes the bundle.
   *
   * @param request how to hold the bundle's training, if it has one
   * @return the manifest
   * @throws IOException when the 8-bit model loses too much, or there is nothing to prove it on
   */
  public String run(JavaSparkContext context, LeaseRequest request) throws IOException {
    Configuration configuration = context.hadoopConfiguration();
    try (BundleOutput written = new BundleOutput(output, request, configuration)) {
      requireUnchanged(configuration);
      ModelBundle more = quantized(context);
      written.hold();
      requireUnchanged(configuration);
      written.write(more::write);
      return more.describe();
    }
  }

  /** Fails if a training has replaced the bundle, which must not be overwritten then. */
  private void requireUnchanged(Configuration configuration) throws IOException {
    if (!Inputs.readBundle(input, configuration).hash().equals(bundle.hash())) {
      throw new IOException(input + " has changed since this run began. Start it again.");
    }
  }

  private ModelBundle quantized(JavaSparkContext context) throws IOException {
    FeatureDataset source =
        FeatureDataset.open(
            context,
            features,
            manifest,
            bundle.manifest().patch(),
            bundle.manifest().network().channels(),
            settings.training().withStems(bundle.manifest().network().stems()));
    return quantized(
            bundle, TrainedWeights.graph(bundle), source, settings.training().validationPatches())
        .orElseThrow(
            () ->
                new IOException(
                    ("The bundle gets no 8-bit model: it would lose more than %s dB on the"
                            + " dataset's validation split, or the dataset has no such split.")
                        .formatted(MAX_LOSS)));
  }

  /**
   * Quantizes a network by the ranges that its activations take on patches of the training split,
   * and scores it on the validation split.
   *
   * @param network the bundle's
   * @param validationPatches to score it on, at most
   * @return the bundle with an 8-bit model; nothing when that loses too much, or there is no
   *     validation split to prove it on
   * @throws BundleException when the network was trained elsewhere
   */
  static Optional<ModelBundle> quantized(
      ModelBundle bundle, ComputationGraph network, TrainingSource<?> source, int validationPatches)
      throws IOException {
    if (!(bundle.manifest().origin() instanceof Origin.Fitted fitted)) {
      throw new BundleException("Only networks that were trained by Stemspark can be quantized.");
    }
    List<StemPatch> validation = source.validation(validationPatches);
    if (validation.isEmpty()) {
      return Optional.empty();
    }
    PatchConfig patch = bundle.manifest().patch();
    NetworkSpec.Patches spec = bundle.manifest().network();
    List<float[]> mixtures = new ArrayList<>();
    for (StemPatch example : source.sample(CALIBRATION_PATCHES)) {
      float[] magnitudes = new float[spec.inputSize()];
      example.mixture().magnitudes(magnitudes, 0);
      mixtures.add(magnitudes);
    }
    byte[] reference = OnnxExport.export(network, fitted.unet(), patch);
    ActivationRanges ranges = ActivationRanges.measure(reference, spec, mixtures);
    byte[] model = OnnxExport.exportInt8(network, fitted.unet(), patch, ranges);
    double sdr = PatchScores.score(model, spec, validation).sdr();
    double loss = PatchScores.score(reference, spec, validation).sdr() - sdr;
    return loss <= MAX_LOSS
        ? Optional.of(
            bundle.withInt8(
                ModelBundle.UNET,
                model,
                Map.of("int8_validation_sdr_db", sdr, "int8_loss_db", loss)))
        : Optional.empty();
  }
}
