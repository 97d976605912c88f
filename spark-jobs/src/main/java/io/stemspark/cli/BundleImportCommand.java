package io.stemspark.cli;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.BundleImport;
import io.stemspark.internal.presets.Description;
import io.stemspark.internal.presets.Overrides;
import io.stemspark.internal.presets.Preset;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = "Wrap an ONNX separation network, whose spectra are described by the options.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExample, a network of the MDX-Net kind:%n",
    footer =
        "  stemspark bundle import net.onnx net.bundle --fft-size 6144 --hop-length 1024 \\%n"
            + "      --input complex --output complex --channels 2 --bins-first")
final class BundleImportCommand implements Callable<Integer> {
  private static final List<String> OF_PRESETS =
      List.of("--gain", "--overlap", "--both-polarities");
  private static final List<String> OF_PATCHES =
      List.of(
          "--sample-rate",
          "--input",
          "--output",
          "--channels",
          "--bins-first",
          "--frames",
          "--bins",
          "--input-scale",
          "--output-scale");

  @Parameters(
      index = "0..*",
      arity = "2..*",
      paramLabel = "FILE",
      description = "The network, with its weights, or several; then the bundle to write.")
  private List<String> files;

  @Option(
      names = "--preset",
      description =
          "Of a known kind: spleeter, mdx, htdemucs, roformer or scnet. What its files say need not be said.")
  private Preset preset;

  @Option(
      names = "--sha256",
      split = ",",
      paramLabel = "HASH",
      description =
          "What the files' SHA-256 must be, in hexadecimal; not of weights beside them. Default: it is not checked.")
  private List<String> sha256 = List.of();

  @Option(names = "--sample-rate", defaultValue = "44100", description = "In Hz. Default: 44100.")
  private int sampleRate;

  @Option(names = "--fft-size", description = "Samples per frame. Needed without a preset.")
  private Integer fftSize;

  @Option(names = "--hop-length", description = "Samples between frames. Needed without a preset.")
  private Integer hopLength;

  @Option(
      names = "--window",
      description = "hann, hamming, blackman or rectangular. Default: hann.")
  private Window window;

  @Option(
      names = "--input",
      description =
          "What the network sees of the mixture: magnitude or complex. Needed without a preset.")
  private NetworkSpec.Input input;

  @Option(
      names = "--output",
      description = "What it gives: mask, magnitude or complex. Needed without a preset.")
  private NetworkSpec.Output output;

  @Option(
      names = {"--stems", "--stem"},
      split = ",",
      paramLabel = "NAME",
      description = {
        "Whose that is: one stem, or several in the order of the output's planes or of the files.",
        "Default: vocals, or what a preset's files say."
      })
  private List<String> stems = List.of();

  @Option(
      names = "--overlap",
      description =
          "Of a preset that sees segments: the share of one that it has in common with the next.")
  private Double overlap;

  @Option(
      names = "--gain",
      description = "Of a preset: factor on what its networks give. Default: what is known.")
  private Double gain;

  @Option(
      names = "--both-polarities",
      description = "Of a preset: take the mean over the mixture and its negative.")
  private boolean bothPolarities;

  @Option(
      names = "--channels",
      defaultValue = "1",
      description = "Audio channels that it sees together, 1 or 2. Default: 1.")
  private int channels;

  @Option(
      names = "--bins-first",
      description =
          "Its tensors are (batch, channel, bin, frame), not (batch, channel, frame, bin).")
  private boolean binsFirst;

  @Option(
      names = "--frames",
      description = "Frames of a patch. Default: what the network says; needed if it is open.")
  private Integer frames;

  @Option(
      names = "--bins",
      description = "Bins of a patch, from 0 Hz. Default: what the network says.")
  private Integer bins;

  @Option(
      names = "--input-scale",
      defaultValue = "1",
      description = "Factor on spectra before the network sees them. Default: 1.")
  private double inputScale;

  @Option(
      names = "--output-scale",
      defaultValue = "1",
      description = "Factor on spectra that it gives. Default: 1.")
  private double outputScale;

  @Option(
      names = "--licence",
      defaultValue = "",
      description = "Its licence, for example MIT: bundle show has it.")
  private String licence;

  @Option(
      names = "--source",
      defaultValue = "",
      description = "Who made it, and where you found it.")
  private String source;

  @Mixin private NewBundleOptions made;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    JobSettings settings = options.settings();
    Configuration hadoop = options.spark("bundle import", settings).hadoop();
    String bundle = files.get(files.size() - 1);
    made.require(bundle, hadoop);
    BundleImport job = BundleImport.open(files.subList(0, files.size() - 1), sha256, hadoop);
    try {
      requireNone(preset == null ? OF_PRESETS : OF_PATCHES);
      Description description = preset == null ? described(job) : job.describe(preset, asked());
      ModelBundle imported =
          job.bundle(description, made.residual(), new BundleImport.Rights(licence, source));
      made.write(imported, bundle, settings, hadoop, spec.commandLine());
      return Main.DONE;
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private void requireNone(List<String> options) {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InputException(
            "The option %s has no effect %s --preset. Leave it out."
                .formatted(option, preset == null ? "without" : "with"));
      }
    }
  }

  private Overrides asked() {
    return new Overrides(
        names(),
        Optional.ofNullable(fftSize),
        Optional.ofNullable(hopLength),
        Optional.ofNullable(window),
        Optional.ofNullable(gain),
        Optional.ofNullable(overlap),
        bothPolarities);
  }

  private List<Stem> names() {
    return stems.stream().map(Stem::new).toList();
  }

  private Description described(BundleImport job) {
    if (fftSize == null || hopLength == null || input == null || output == null) {
      throw new InputException(
          "A network without --preset needs --fft-size, --hop-length, --input and --output.");
    }
    Axes axes = binsFirst ? Axes.BINS_FRAMES : Axes.FRAMES_BINS;
    StftConfig stft =
        new StftConfig(sampleRate, fftSize, hopLength, window == null ? Window.HANN : window);
    List<Stem> given = stems.isEmpty() ? List.of(Stem.VOCALS) : names();
    return job.describe(
        stft,
        axes,
        frames,
        bins,
        patch ->
            new NetworkSpec.Patches(
                input, output, given, channels, patch, axes, inputScale, outputScale));
  }
}
