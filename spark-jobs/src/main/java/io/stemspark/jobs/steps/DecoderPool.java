package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.child.ChildDecoder;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The decoders of an executor. A task borrows one, so that there are as many as tasks run at once,
 * and the processes behind them outlive tasks. They end with the executor.
 */
final class DecoderPool {
  private static final Map<DecodingConfig, Deque<AudioDecoder>> IDLE = new ConcurrentHashMap<>();

  private DecoderPool() {}

  /** A decoder of these settings; closing it gives it back. */
  static AudioDecoder borrow(DecodingConfig config) {
    if (config.isolation() == DecodingConfig.Isolation.NONE) {
      return AudioDecoder.inProcess(config);
    }
    Deque<AudioDecoder> idle = IDLE.computeIfAbsent(config, c -> new ConcurrentLinkedDeque<>());
    AudioDecoder decoder = idle.pollFirst();
    return new Borrowed(decoder == null ? new ChildDecoder(config) : decoder, idle);
  }

  private static final class Borrowed implements AudioDecoder {
    private final AudioDecoder decoder;
    private final Deque<AudioDecoder> idle;
    private boolean returned;

    Borrowed(AudioDecoder decoder, Deque<AudioDecoder> idle) {
      this.decoder = decoder;
      this.idle = idle;
    }

    @Override
    public AudioReader open(String name, SeekableByteChannel channel, int stream)
        throws IOException {
      return decoder.open(name, channel, stream);
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        idle.addFirst(decoder);
      }
    }
  }
}
