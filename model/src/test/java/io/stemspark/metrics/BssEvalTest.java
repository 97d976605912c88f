package io.stemspark.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.DemoClips;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.separation.MemoryReader;
import io.stemspark.metrics.PairReader.StemPairs;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against museval 0.4.1: {@code src/test/golden/bsseval.py} makes the same pairs. */
class BssEvalTest {
  private static final List<Stem> STEMS =
      List.of(Stem.VOCALS, Stem.ACCOMPANIMENT, new Stem("drums"), new Stem("bass"));
  private static final int RATE = 44_100;

  /** Beyond this a measure says how numbers are rounded, and nothing of the estimate. */
  private static final double PERFECT = 100;

  private static final float[][] V = clip("en-weasels", "vocals");
  private static final float[][] A = clip("en-weasels", "accompaniment");
  private static final float[][] W = clip("ru-voicemail", "vocals");
  private static final float[][] B = clip("ru-voicemail", "accompaniment");
  private static final float[][] WIDE = {gain(W, 0.75f)[0], delayed(W, 13)[1]};

  private static final Map<String, StemPairs> PAIRS = pairs();

  @Test
  void filesAreScoredAsTheirSamplesAre() throws IOException {
    List<Path> files =
        List.of(
            DemoClips.vocals(),
            DemoClips.accompaniment(),
            DemoClips.mixture(),
            DemoClips.mixture());
    StemPairs samples =
        () -> {
          List<AudioReader> readers = new ArrayList<>();
          for (Path file : files) {
            Waveform audio = DemoClips.read(file);
            float[][] channels = {audio.channel(0), audio.channel(1)};
            readers.add(new MemoryReader(channels, RATE, SampleFormat.FLOAT32));
          }
          return new PairReader("track", STEMS.subList(0, 2), readers, Optional.empty());
        };
    TrackScores expected = BssEval.score(samples).get(Estimator.EVALUATED);
    Map<Stem, Path> references =
        Map.of(Stem.VOCALS, DemoClips.vocals(), Stem.ACCOMPANIMENT, DemoClips.accompaniment());
    Map<Stem, Path> estimates =
        Map.of(Stem.VOCALS, DemoClips.mixture(), Stem.ACCOMPANIMENT, DemoClips.mixture());
    assertThat(BssEval.score(references, estimates)).isEqualTo(expected);
    assertThatThrownBy(() -> BssEval.score(references, Map.of(Stem.VOCALS, DemoClips.mp3())))
        .hasMessage(
            "The references are of [vocals, accompaniment], the estimates of [vocals]. Expected estimates of all references, and two of them at least.");
  }

  private static Map<String, StemPairs> pairs() {
    Map<String, StemPairs> pairs = new LinkedHashMap<>();
    float[][] leak = sum(V, gain(A, 0.125f));
    pairs.put("gain", pair(V, A, gain(V, 0.5f), gain(A, 1.25f)));
    pairs.put("leak", pair(V, A, leak, sum(A, gain(V, 0.25f))));
    pairs.put("wide leak", pair(WIDE, B, sum(WIDE, gain(B, 0.125f)), sum(B, gain(WIDE, 0.25f))));
    pairs.put("delay", pair(WIDE, B, delayed(WIDE, 100), delayed(B, 7)));
    pairs.put("delay beyond the filters", pair(WIDE, B, delayed(WIDE, 600), delayed(B, 700)));
    pairs.put("filter", pair(V, A, filtered(V), filtered(A)));
    pairs.put("noise", pair(WIDE, B, sum(WIDE, noise(0.01f)), sum(B, noise(0.05f))));
    pairs.put(
        "swapped channels",
        pair(WIDE, B, new float[][] {WIDE[1], WIDE[0]}, new float[][] {B[1], B[0]}));
    pairs.put("silent reference", pair(silenced(V, 2), A, leak, A));
    pairs.put("silent estimate", pair(V, A, silenced(V, 1), sum(A, gain(V, 0.25f))));
    float[][] v = {V[0]};
    float[][] a = {A[0]};
    pairs.put("mono", pair(v, a, sum(v, gain(a, 0.25f)), filtered(a)));
    pairs.put("mixture", pair(WIDE, B, sum(WIDE, B), sum(WIDE, B)));
    pairs.put("limited", pair(WIDE, B, limited(WIDE), limited(B)));
    pairs.put("eight bits", pair(V, A, rounded(V), rounded(A)));
    float[][] middle = {W[0], W[0]};
    pairs.put(
        "equal channels",
        pair(middle, B, sum(middle, gain(B, 0.125f)), sum(B, gain(middle, 0.25f))));
    float[][] left = {V[0], new float[V[0].length]};
    pairs.put("a silent channel", pair(left, A, sum(left, gain(A, 0.125f)), filtered(A)));
    float[][] shortV = cut(V, 2 * RATE, RATE / 2);
    float[][] shortA = cut(A, 2 * RATE, RATE / 2);
    pairs.put(
        "shorter than a window",
        pair(shortV, shortA, sum(shortV, gain(shortA, 0.25f)), filtered(shortA)));
    pairs.put("another voice", pair(WIDE, B, V, sum(B, gain(W, 0.5f))));
    pairs.put(
        "four stems",
        pair(
            List.of(V, A, WIDE, B),
            List.of(
                sum(V, gain(A, 0.125f)),
                sum(A, gain(W, 0.25f)),
                sum(sum(WIDE, gain(B, 0.25f)), gain(V, 0.125f)),
                sum(filtered(B), gain(A, 0.25f)))));
    pairs.put(
        "three stems and silence",
        pair(
            List.of(V, A, silenced(WIDE, 1)),
            List.of(sum(V, gain(W, 0.25f)), filtered(A), sum(WIDE, gain(A, 0.125f)))));
    return pairs;
  }

  private static StemPairs pair(List<float[][]> references, List<float[][]> estimates) {
    List<Stem> stems = STEMS.subList(0, references.size());
    List<float[][]> all = new ArrayList<>(references);
    all.addAll(estimates);
    return () ->
        new PairReader("track", stems, readers(all.toArray(float[][][]::new)), Optional.empty());
  }

  /** References of vocals and accompaniment, and their estimates, {@code [channel][time]}. */
  private static StemPairs pair(float[][] v, float[][] a, float[][] voice, float[][] rest) {
    return pair(List.of(v, a), List.of(voice, rest));
  }

  static Stream<String> names() {
    return PAIRS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void agreesWithMuseval(String name) throws IOException {
    TrackScores scores = BssEval.score(PAIRS.get(name)).get(Estimator.EVALUATED);
    List<String[]> golden =
        goldenLines().stream().map(l -> l.split(",")).filter(l -> l[0].equals(name)).toList();
    assertThat(golden).hasSize(scores.stems().size() * scores.vocals().frames().size());
    for (String[] line : golden) {
      StemScores stem = scores.stems().get(new Stem(line[1]));
      FrameScore frame = stem.frames().get(Integer.parseInt(line[2]));
      double[] values = {frame.sdr(), frame.isr(), frame.sir(), frame.sar()};
      for (int i = 0; i < values.length; i++) {
        requireAgreement(String.join(" ", line), values[i], line[3 + i]);
      }
    }
  }

  private static void requireAgreement(String line, double value, String golden) {
    if (golden.equals("nan")) {
      assertThat(value).as(line).isNaN();
    } else if (golden.equals("inf")) {
      assertThat(value).as(line).isInfinite();
    } else if (Double.parseDouble(golden) > PERFECT) {
      assertThat(value).as(line).isGreaterThan(PERFECT);
    } else {
      assertThat(value).as(line).isCloseTo(Double.parseDouble(golden), within(0.01));
    }
  }

  private static List<String> goldenLines() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                BssEvalTest.class.getResourceAsStream("/bsseval.csv"), StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).toList();
    }
  }

  @Test
  void measuresOfWholeTracksInClosedForm() throws IOException {
    float[][] sine = tone(t -> Math.sin(2 * Math.PI * 441 * t / RATE));
    float[][] cosine = tone(t -> Math.cos(2 * Math.PI * 441 * t / RATE));
    // The error of a half is a quarter of the power; a scaled reference makes no error at all.
    StemScores half = vocals(pair(sine, A, gain(sine, 0.5f), A));
    assertThat(half.sdr()).isCloseTo(10 * Math.log10(4), within(1e-9));
    assertThat(half.siSdr()).isGreaterThan(PERFECT);
    // An orthogonal error of a tenth has a hundredth of the power, whatever the level.
    float[][] quarter = gain(sum(sine, gain(cosine, 0.1f)), 0.25f);
    StemScores orthogonal = vocals(pair(sine, A, quarter, A));
    assertThat(orthogonal.siSdr()).isCloseTo(20, within(1e-4));
    assertThat(orthogonal.sdr())
        .isCloseTo(-10 * Math.log10(0.75 * 0.75 + 0.025 * 0.025), within(1e-4));
    StemScores perfect = vocals(pair(V, A, V, A));
    assertThat(perfect.sdr()).isInfinite();
    StemScores nothing = vocals(pair(V, A, gain(V, 0), A));
    assertThat(nothing.sdr()).isZero();
    assertThat(nothing.frames()).allMatch(frame -> Double.isNaN(frame.sdr()));
  }

  @Test
  void baselinesAreTheMixtureAndMasksThatKnowTheReferences() throws IOException {
    StftConfig stft = new StftConfig(RATE, 2048, 512, Window.HANN);
    Map<Estimator, TrackScores> scores =
        BssEval.score(
            () ->
                new PairReader(
                    "track",
                    STEMS.subList(0, 2),
                    readers(WIDE, B, sum(WIDE, B), sum(WIDE, B)),
                    Optional.of(stft)));
    assertThat(scores).containsOnlyKeys(Estimator.values());
    assertThat(scores.get(Estimator.MIXTURE)).isEqualTo(scores.get(Estimator.EVALUATED));
    double floor = scores.get(Estimator.MIXTURE).vocals().sdr();
    double ratio = scores.get(Estimator.RATIO_MASK).vocals().sdr();
    double binary = scores.get(Estimator.BINARY_MASK).vocals().sdr();
    assertThat(ratio).isGreaterThan(binary).isGreaterThan(floor + 8);
    // Both stems of a mask sum to the mixture, so that their errors are the same.
    double error = 10 * Math.log10(energy(WIDE)) - ratio;
    assertThat(scores.get(Estimator.RATIO_MASK).accompaniment().sdr())
        .isCloseTo(10 * Math.log10(energy(B)) - error, within(1e-3));
  }

  private static double energy(float[][] samples) {
    double sum = 0;
    for (float[] channel : samples) {
      for (float sample : channel) {
        sum += sample * sample;
      }
    }
    return sum;
  }

  @Test
  void anEmptyTrackHasNoScore() throws IOException {
    float[][] empty = new float[2][0];
    StemScores scores = vocals(pair(empty, empty, empty, empty));
    assertThat(scores.frames()).isEmpty();
    assertThat(scores.sdr()).isNaN();
    assertThat(scores.median(FrameScore::sdr)).isNaN();
  }

  @Test
  void anEstimateMayBeALittleLongerOrShorterThanItsReference() throws IOException {
    float[][] cut = cut(V, 0, V[0].length - 1000);
    float[][] silence = V.clone();
    for (int c = 0; c < V.length; c++) {
      silence[c] = Arrays.copyOf(cut[c], V[c].length);
    }
    assertThat(BssEval.score(pair(V, A, cut, A))).isEqualTo(BssEval.score(pair(V, A, silence, A)));
    float[][] longer = new float[2][];
    for (int c = 0; c < 2; c++) {
      longer[c] = Arrays.copyOf(gain(V, 0.5f)[c], V[c].length + 1000);
    }
    assertThat(BssEval.score(pair(V, A, longer, A)))
        .isEqualTo(BssEval.score(pair(V, A, gain(V, 0.5f), A)));
  }

  @Test
  void whatIsNoPairIsRefused() {
    assertThatThrownBy(() -> BssEval.score(pair(V, A, cut(V, 0, RATE), cut(A, 0, RATE))))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("not of one track");
    assertThatThrownBy(() -> BssEval.score(pair(V, A, new float[][] {V[0]}, A)))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("44100 Hz and 2 channels, another stem 44100 Hz and 1");
    assertThatThrownBy(() -> BssEval.score(pair(V, cut(A, 0, RATE), V, A)))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("The other reference has 44100 samples");
  }

  @Test
  void mediansLeaveOutWhatIsNoNumber() {
    assertThat(StemScores.median(3, Double.NaN, 1, Double.POSITIVE_INFINITY)).isEqualTo(2);
    assertThat(StemScores.median(5, 1, 9)).isEqualTo(5);
    assertThat(StemScores.median(Double.NaN)).isNaN();
  }

  private static StemScores vocals(StemPairs pair) throws IOException {
    return BssEval.score(pair).get(Estimator.EVALUATED).vocals();
  }

  private static List<AudioReader> readers(float[][]... stems) {
    List<AudioReader> readers = new ArrayList<>();
    for (float[][] stem : stems) {
      readers.add(new MemoryReader(stem, RATE, SampleFormat.FLOAT32));
    }
    return readers;
  }

  private static float[][] clip(String track, String stem) {
    try {
      return cut(DemoClips.read(DemoClips.stem(track, stem)).samples(), 0, 4 * RATE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[][] tone(IntToDoubleFunction sample) {
    float[][] result = new float[2][4 * RATE];
    for (int t = 0; t < result[0].length; t++) {
      result[0][t] = (float) sample.applyAsDouble(t);
      result[1][t] = result[0][t];
    }
    return result;
  }

  private static float[][] cut(float[][] samples, int from, int length) {
    return each(samples, channel -> Arrays.copyOfRange(channel, from, from + length));
  }

  private interface ChannelChange {
    float[] of(float[] channel);
  }

  private static float[][] each(float[][] samples, ChannelChange change) {
    float[][] result = new float[samples.length][];
    for (int c = 0; c < samples.length; c++) {
      result[c] = change.of(samples[c]);
    }
    return result;
  }

  private interface SampleChange {
    float of(float sample);
  }

  private static float[][] eachSample(float[][] samples, SampleChange change) {
    return each(
        samples,
        channel -> {
          float[] result = new float[channel.length];
          for (int t = 0; t < result.length; t++) {
            result[t] = change.of(channel[t]);
          }
          return result;
        });
  }

  private static float[][] gain(float[][] samples, float factor) {
    return eachSample(samples, sample -> sample * factor);
  }

  private static float[][] limited(float[][] samples) {
    return eachSample(samples, sample -> Math.max(-0.05f, Math.min(0.05f, sample)));
  }

  private static float[][] rounded(float[][] samples) {
    return eachSample(samples, sample -> (float) Math.rint(sample * 128) / 128);
  }

  private static float[][] delayed(float[][] samples, int count) {
    return each(
        samples,
        channel -> {
          float[] result = new float[channel.length];
          System.arraycopy(channel, 0, result, count, channel.length - count);
          return result;
        });
  }

  private static float[][] silenced(float[][] samples, int second) {
    return each(
        samples,
        channel -> {
          float[] result = channel.clone();
          Arrays.fill(result, second * RATE, (second + 1) * RATE, 0);
          return result;
        });
  }

  private static float[][] sum(float[][] a, float[][] b) {
    float[][] result = new float[a.length][a[0].length];
    for (int c = 0; c < a.length; c++) {
      for (int t = 0; t < result[c].length; t++) {
        result[c][t] = a[c][t] + b[c][t];
      }
    }
    return result;
  }

  private static float[][] filtered(float[][] samples) {
    float[][] first = sum(gain(samples, 0.5f), gain(delayed(samples, 1), 0.375f));
    return sum(first, gain(gain(delayed(samples, 20), 0.25f), -1));
  }

  /** The linear congruential generator of Knuth's MMIX, the upper 24 bits of each number. */
  private static float[][] noise(float level) {
    float[][] result = new float[2][4 * RATE];
    long state = 1;
    for (int t = 0; t < result[0].length; t++) {
      for (int c = 0; c < 2; c++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        result[c][t] = ((state >>> 40) / (float) (1 << 23) - 1) * level;
      }
    }
    return result;
  }
}
