package io.stemspark.internal.presets;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Content;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Joining;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.NetworkSpec.Spectra;
import io.stemspark.network.NetworkSpec.Tensor;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Kinds of public networks, as their exporters write them and their own hosts run them. */
public enum Preset {
  /** A network for each stem that sees magnitudes, as sherpa-onnx ships them. */
  SPLEETER {
    @Override
    public Description describe(List<NetworkFile> files, Overrides asked) {
      asked.requireNone(this, Overrides.GAIN, Overrides.OVERLAP, Overrides.POLARITIES);
      List<Patches> specs = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        NetworkFile file = files.get(i);
        List<Long> shape = file.input(file.only(file.signature().inputs(), "inputs"));
        PatchConfig patch =
            new PatchConfig(
                file.size(shape, 2, "the frames of a patch"),
                file.size(shape, 3, "the bins of a patch"));
        List<Stem> stem = List.of(stem(file, asked, i));
        specs.add(
            new Patches(
                Input.MAGNITUDE, Output.RATIO, stem, STEREO, patch, Axes.FRAMES_BINS, 1, 1));
      }
      return Description.of(
          new StftConfig(
              RATE,
              asked.fftSize().orElse(4096),
              asked.hopLength().orElse(1024),
              asked.window().orElse(Window.HANN)),
          files,
          specs,
          equal(specs.stream().map(Patches::stems).toList()));
    }
  },

  /** Complex spectra as four planes, as Ultimate Vocal Remover has them. */
  MDX {
    @Override
    public Description describe(List<NetworkFile> files, Overrides asked) {
      List<Segments> specs = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        specs.add(mdx(files.get(i), asked, i));
      }
      return described(files, specs);
    }
  },

  /** Samples in and out (demucs-onnx), or with the transform outside (unblend). */
  HTDEMUCS {
    @Override
    public Description describe(List<NetworkFile> files, Overrides asked) {
      List<Segments> specs = files.stream().map(file -> htdemucs(file, asked)).toList();
      return isBag(files, specs)
          ? Description.of(stft(specs), files, specs, specialists(files, specs))
          : described(files, specs);
    }
  },

  /** Real and imaginary parts of plain spectra (unblend). */
  ROFORMER {
    @Override
    public Description describe(List<NetworkFile> files, Overrides asked) {
      return described(files, files.stream().map(file -> plain(file, asked)).toList());
    }
  },

  /** The same of SCNet. */
  SCNET {
    @Override
    public Description describe(List<NetworkFile> files, Overrides asked) {
      return described(files, files.stream().map(file -> plain(file, asked)).toList());
    }
  };

  private static final int STEREO = 2;
  private static final int RATE = 44_100;
  private static final StftConfig SHOWN = new StftConfig(RATE, 4096, 1024, Window.HANN);
  private static final double OVERLAP = 0.25;
  private static final double MAX_OVERLAP = 0.98;
  private static final List<String> FOUR = List.of("drums", "bass", "other", "vocals");
  private static final List<String> SIX =
      List.of("drums", "bass", "other", "vocals", "guitar", "piano");

  /**
   * Describes networks of this kind.
   *
   * @throws IllegalArgumentException when a file is of another kind, or leaves open what has to be
   *     said
   */
  public abstract Description describe(List<NetworkFile> files, Overrides asked);

  private static Stem stem(NetworkFile file, Overrides asked, int number) {
    if (number < asked.stems().size()) {
      return asked.stems().get(number);
    }
    return file.stem()
        .orElseThrow(
            () -> file.wrong("Its name tells no stem. Name it, in the order of files: --stems."));
  }

  private static Segments mdx(NetworkFile file, Overrides asked, int number) {
    Optional<MdxModels.Known> known = MdxModels.find(file.model());
    String input = file.only(file.signature().inputs(), "inputs");
    String output = file.only(file.signature().outputs(), "outputs");
    int bins = file.size(file.input(input), 2, "its bins");
    int frames = file.size(file.input(input), 3, "its frames");
    int fftSize =
        asked
            .fftSize()
            .or(() -> known.map(MdxModels.Known::fftSize))
            .orElseThrow(
                () ->
                    file.wrong(
                        "It is not among the networks that are known by their hash. Name its FFT size (--fft-size), and the gain that makes up for what it loses (--gain)."));
    int hop = asked.hopLength().orElse(1024);
    int samples = hop * (frames - 1);
    int step = asked.overlap().isPresent() ? step(samples, asked) : samples - fftSize;
    Stem stem =
        number < asked.stems().size() || known.isEmpty()
            ? stem(file, asked, number)
            : new Stem(known.get().stem());
    return new Segments(
        List.of(stem),
        STEREO,
        RATE,
        samples,
        step,
        fftSize / 2,
        Joining.HANN,
        false,
        List.of(
            new Spectra(fftSize, hop, asked.window().orElse(Window.HANN), bins, 3, false, false)),
        List.of(new Tensor(input, Content.PLANES)),
        List.of(new Tensor(output, Content.PLANES)),
        asked.gain().or(() -> known.map(MdxModels.Known::gain)).orElse(1.0),
        asked.bothPolarities());
  }

  private static Description described(List<NetworkFile> files, List<Segments> specs) {
    List<List<Stem>> stems = specs.stream().map(Segments::stems).toList();
    return Description.of(stft(specs), files, specs, equal(stems));
  }

  private static StftConfig stft(List<Segments> specs) {
    return SHOWN.withSampleRate(specs.get(0).sampleRate());
  }

  /** Whether each file is called after another one of the stems. */
  private static boolean isBag(List<NetworkFile> files, List<Segments> specs) {
    Set<Stem> named = named(files);
    return files.size() > 1
        && named.size() == files.size()
        && specs.stream().allMatch(spec -> spec.stems().containsAll(named));
  }

  private static Set<Stem> named(List<NetworkFile> files) {
    return files.stream().flatMap(file -> file.stem().stream()).collect(toSet());
  }

  /**
   * Each network is best at the stem that its file is called after. Of a stem that no file is
   * called after, all of them are as good.
   */
  private static List<List<Double>> specialists(List<NetworkFile> files, List<Segments> specs) {
    Set<Stem> named = named(files);
    return IntStream.range(0, files.size())
        .mapToObj(
            i -> {
              Stem best = files.get(i).stem().orElseThrow();
              return specs.get(i).stems().stream()
                  .map(stem -> stem.equals(best) || !named.contains(stem) ? 1.0 : 0.0)
                  .toList();
            })
        .toList();
  }

  private static List<List<Double>> equal(List<List<Stem>> stems) {
    return stems.stream().map(s -> s.stream().map(stem -> 1.0).toList()).toList();
  }

  private static Segments htdemucs(NetworkFile file, Overrides asked) {
    Map<String, List<Long>> inputs = file.signature().inputs();
    if (inputs.size() == 1) {
      asked.requireNone(HTDEMUCS, Overrides.FFT_SIZE, Overrides.HOP_LENGTH, Overrides.WINDOW);
      String mix = file.only(inputs, "inputs");
      String output = file.only(file.signature().outputs(), "outputs");
      int samples = file.size(file.input(mix), 2, "the samples of a segment");
      return new Segments(
          stems(file, asked, file.size(file.output(output), 1, "its stems"), true),
          STEREO,
          RATE,
          samples,
          step(samples, asked),
          0,
          Joining.TRIANGLE,
          true,
          List.of(),
          List.of(new Tensor(mix, Content.SAMPLES)),
          List.of(new Tensor(output, Content.SAMPLES)),
          asked.gain().orElse(1.0),
          asked.bothPolarities());
    }
    int samples = file.size(file.input("audio"), 2, "the samples of a segment (audio)");
    int fftSize = asked.fftSize().or(() -> file.number("stft_n_fft")).orElse(4096);
    return unblend(
        file,
        asked,
        samples,
        new Spectra(
            fftSize,
            asked.hopLength().or(() -> file.number("stft_hop_length")).orElse(fftSize / 4),
            asked.window().orElse(Window.HANN),
            file.size(file.input("spec_real"), 2, "its bins"),
            0,
            true,
            true),
        true);
  }

  private static Segments plain(NetworkFile file, Overrides asked) {
    List<Long> shape = file.input("spec_real");
    int bins = file.size(shape, 2, "its bins (spec_real)");
    int frames = file.size(shape, 3, "its frames (spec_real)");
    int fftSize = asked.fftSize().or(() -> file.number("stft_n_fft")).orElse(2 * (bins - 1));
    int hop =
        asked
            .hopLength()
            .or(() -> file.number("stft_hop_length"))
            .orElseThrow(
                () -> file.wrong("It does not note its hop length. Name it: --hop-length."));
    int samples = file.number("segment_samples").orElse(hop * (frames - 1));
    boolean rectangular = file.value("stft_window").equals("none");
    Spectra spectra =
        new Spectra(
            fftSize,
            hop,
            asked.window().orElse(rectangular ? Window.RECTANGULAR : Window.HANN),
            bins,
            0,
            file.flag("stft_normalized").orElse(false),
            false);
    if (spectra.frames(samples) != frames) {
      throw file.wrong(
          "It sees %d frames, but a segment of %d samples has %d at a hop length of %d."
              .formatted(frames, samples, spectra.frames(samples), hop));
    }
    return unblend(file, asked, samples, spectra, false);
  }

  private static Segments unblend(
      NetworkFile file, Overrides asked, int samples, Spectra spectra, boolean hybrid) {
    List<Tensor> inputs = new ArrayList<>();
    List<Tensor> outputs = new ArrayList<>();
    inputs.add(new Tensor("spec_real", Content.REAL));
    inputs.add(new Tensor("spec_imag", Content.IMAG));
    outputs.add(new Tensor("out_spec_real", Content.REAL));
    outputs.add(new Tensor("out_spec_imag", Content.IMAG));
    if (hybrid) {
      inputs.add(new Tensor("audio", Content.SAMPLES));
      outputs.add(new Tensor("out_wave", Content.SAMPLES));
    }
    int window = file.number("stft_win_length").orElse(spectra.fftSize());
    if (window != spectra.fftSize()) {
      throw file.wrong(
          "Its windows have %d samples, and its FFT %d. Expected as many."
              .formatted(window, spectra.fftSize()));
    }
    List<Long> shape = file.output("out_spec_real");
    int count = shape.size() < 5 ? 1 : file.size(shape, 1, "its stems");
    return new Segments(
        stems(file, asked, count, hybrid),
        STEREO,
        file.number("sample_rate").orElse(RATE),
        samples,
        step(samples, asked),
        0,
        Joining.TRIANGLE,
        file.flag("external_normalization").orElse(hybrid),
        List.of(spectra),
        inputs,
        outputs,
        asked.gain().orElse(1.0),
        asked.bothPolarities());
  }

  private static int step(int samples, Overrides asked) {
    double overlap = asked.overlap().orElse(OVERLAP);
    if (!(overlap >= 0 && overlap <= MAX_OVERLAP)) {
      throw new IllegalArgumentException(
          "The overlap is %s. Expected a share of a segment, 0 to %s."
              .formatted(overlap, MAX_OVERLAP));
    }
    return (int) ((1 - overlap) * samples);
  }

  /**
   * The stems of a network's output, in order.
   *
   * @param demucs whether they have the order of Demucs, if there are as many as it has
   */
  private static List<Stem> stems(NetworkFile file, Overrides asked, int count, boolean demucs) {
    List<String> names;
    String noted = file.value("sources");
    if (!asked.stems().isEmpty()) {
      names = asked.stems().stream().map(Stem::name).toList();
    } else if (!noted.isEmpty()) {
      names = estimated(file, list(file, noted), count);
    } else if (count == 1) {
      names = List.of(stem(file, asked, 0).name());
    } else if (count == SIX.size() && !demucs) {
      throw file.wrong(
          "It does not note which of its six stems is which. Name them in its order: --stems.");
    } else {
      names = count == SIX.size() ? SIX : FOUR;
    }
    if (names.size() != count) {
      throw file.wrong(
          "It gives %d stems, and these are %s. Name as many: --stems.".formatted(count, names));
    }
    return names.stream().map(Stem::new).toList();
  }

  /** Of noted stems, those that the network gives: the last one may be what these leave. */
  private static List<String> estimated(NetworkFile file, List<String> noted, int count) {
    boolean complement = file.flag("output_complement").orElse(false);
    return complement && noted.size() == count + 1 ? noted.subList(0, count) : noted;
  }

  private static List<String> list(NetworkFile file, String json) {
    try {
      return StrictJson.MAPPER.readValue(json, new TypeReference<List<String>>() {});
    } catch (JsonProcessingException e) {
      throw file.wrong(
          "It notes the sources %s. Expected a list of names in JSON.".formatted(json));
    }
  }
}
