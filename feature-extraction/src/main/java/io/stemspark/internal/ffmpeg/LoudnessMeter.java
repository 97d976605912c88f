package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avfilter.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.audio.Loudness;
import java.io.IOException;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Measures loudness with FFmpeg's filter {@code ebur128}, in constant memory. Less than 0.4 s has
 * no loudness, and nothing below 4 kHz. Not thread-safe.
 */
public final class LoudnessMeter implements AutoCloseable {
  private static final int FRAME = 4096;

  /** In Hz; below, the filter of the measure cannot be had. */
  private static final int LEAST_RATE = 4000;

  private final AudioFormat format;
  private final AVChannelLayout layout;
  private final AVFilterGraph graph = avfilter_graph_alloc();
  private final AVFrame in = av_frame_alloc();
  private final AVFrame out = av_frame_alloc();
  private AVFilterContext source;
  private AVFilterContext meter;
  private AVFilterContext sink;
  private long position;

  public LoudnessMeter(AudioFormat format) throws IOException {
    this.format = format;
    this.layout = Ffmpeg.layout(format);
    try {
      open();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open() throws IOException {
    graph.nb_threads(1);
    int rate = format.sampleRate();
    source =
        filter(
            "abuffer",
            "sample_rate=%1$s:sample_fmt=fltp:channel_layout=%2$s:time_base=1/%1$s"
                .formatted(String.valueOf(rate), layoutName()));
    meter = filter("ebur128", "peak=true:framelog=quiet");
    sink = filter("abuffersink", "");
    check(avfilter_link(source, 0, meter, 0));
    check(avfilter_link(meter, 0, sink, 0));
    check(avfilter_graph_config(graph, null));
  }

  private String layoutName() throws AudioException {
    byte[] name = new byte[Ffmpeg.MESSAGE_BYTES];
    check(av_channel_layout_describe(layout, name, name.length));
    return Ffmpeg.text(name);
  }

  private AVFilterContext filter(String name, String options) throws IOException {
    AVFilterContext filter = avfilter_graph_alloc_filter(graph, avfilter_get_by_name(name), name);
    check(filter == null ? AVERROR_ENOMEM() : avfilter_init_str(filter, options));
    return filter;
  }

  /** Adds samples, {@code [channel][time]}. */
  public void add(float[][] samples, int length) throws IOException {
    for (int done = 0; done < length; done += FRAME) {
      int n = Math.min(FRAME, length - done);
      in.nb_samples(n);
      in.format(AV_SAMPLE_FMT_FLTP);
      in.sample_rate(format.sampleRate());
      in.pts(position);
      av_channel_layout_copy(in.ch_layout(), layout);
      check(av_frame_get_buffer(in, 0));
      for (int c = 0; c < samples.length; c++) {
        new FloatPointer(in.extended_data(c)).put(samples[c], done, n);
      }
      position += n;
      check(av_buffersrc_add_frame(source, in));
      drain();
    }
  }

  private void drain() throws IOException {
    int code = av_buffersink_get_frame(sink, out);
    while (code >= 0) {
      av_frame_unref(out);
      code = av_buffersink_get_frame(sink, out);
    }
    if (code != AVERROR_EAGAIN() && code != AVERROR_EOF()) {
      check(code);
    }
  }

  /** The loudness of everything that was added. */
  public Loudness finish() throws IOException {
    check(av_buffersrc_add_frame(source, null));
    drain();
    double peak = position == 0 ? Double.NEGATIVE_INFINITY : value("true_peak");
    double integrated = format.sampleRate() < LEAST_RATE ? Loudness.SILENCE : value("integrated");
    return new Loudness(integrated, value("range"), peak);
  }

  private double value(String name) throws IOException {
    try (DoublePointer value = new DoublePointer(1)) {
      check(av_opt_get_double(meter.priv(), name, 0, value));
      return value.get();
    }
  }

  private static void check(int code) throws AudioException {
    Ffmpeg.check(code, "Loudness", "It cannot be measured");
  }

  @Override
  public void close() {
    av_frame_free(in);
    av_frame_free(out);
    avfilter_graph_free(graph);
    layout.close();
  }
}
