package io.stemspark.faults;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Stands before an S3 server and lets a share of all requests go wrong: it answers 503, answers
 * late, breaks the connection before the request is through, or in the middle of an object.
 */
final class FaultyProxy implements Closeable {
  private static final int SLOW_MILLIS = 1500;
  private static final int BLOCK = 1 << 14;

  private static final byte[] BUSY =
      """
      HTTP/1.1 503 Slow Down
      Content-Type: application/xml
      Content-Length: 71
      Connection: close

      <Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>"""
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  /** What can go wrong. */
  enum Fault {
    NONE,
    BUSY,
    SLOW,
    RESET,
    TRUNCATED,
    ENDED
  }

  private final ServerSocket listener;
  private final int upstream;
  private final double share;
  private final boolean tags;
  private final Random random;
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

  /**
   * @param upstream port of the server
   * @param share of the requests that go wrong, from 0 to 1
   */
  FaultyProxy(int upstream, double share, long seed) throws IOException {
    this(upstream, share, seed, true);
  }

  private FaultyProxy(int upstream, double share, long seed, boolean tags) throws IOException {
    this.tags = tags;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.upstream = upstream;
    this.share = share;
    this.random = new Random(seed);
    start(this::acceptAll);
  }

  /** One that lets nothing go wrong, before a server that knows no ETags. */
  static FaultyProxy withoutETags(int upstream) throws IOException {
    return new FaultyProxy(upstream, 0, 1, false);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many requests went which way. */
  synchronized Map<Fault, Integer> counts() {
    return new EnumMap<>(counts);
  }

  private synchronized Fault draw(String request) {
    Fault fault = Fault.NONE;
    if (random.nextDouble() < share) {
      fault = Fault.values()[1 + random.nextInt(Fault.values().length - 1)];
    }
    boolean inTheMiddle = fault == Fault.TRUNCATED || fault == Fault.ENDED;
    if (inTheMiddle && !request.startsWith("GET ")) {
      fault = Fault.RESET;
    }
    counts.merge(fault, 1, Integer::sum);
    return fault;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = readHead(client.getInputStream());
      if (!head.isEmpty()) {
        serve(client, head);
      }
    } catch (IOException e) {
      return; // The client went away, or a fault broke the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket client, String head) throws IOException, InterruptedException {
    switch (draw(head)) {
      case BUSY -> client.getOutputStream().write(BUSY);
      case RESET -> client.setSoLinger(true, 0);
      case SLOW -> {
        TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS);
        forward(client, head, false);
      }
      case TRUNCATED -> {
        client.setSoLinger(true, 0);
        forward(client, head, true);
      }
      case ENDED -> forward(client, head, true);
      case NONE -> forward(client, head, false);
    }
  }

  /** A connection carries one request, so that every request is drawn for. */
  private void forward(Socket client, String head, boolean truncate) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), upstream)) {
      server.getOutputStream().write(closing(head).getBytes(StandardCharsets.ISO_8859_1));
      start(() -> copyQuietly(client, server));
      if (!tags) {
        String answer = without("etag:", readHead(server.getInputStream()));
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      }
      if (truncate) {
        copyHalf(server.getInputStream(), client);
      } else {
        server.getInputStream().transferTo(client.getOutputStream());
      }
    }
  }

  private static String closing(String head) {
    String others = without("connection:", head);
    return others.substring(0, others.length() - 2) + "Connection: close\r\n\r\n";
  }

  /** All lines but those that begin in a certain way. */
  private static String without(String beginning, String head) {
    StringBuilder text = new StringBuilder();
    for (String line : head.split("\r\n", 0)) {
      if (!line.toLowerCase(Locale.ROOT).startsWith(beginning)) {
        text.append(line).append("\r\n");
      }
    }
    return text.append("\r\n").toString();
  }

  private static void copyQuietly(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      return; // The answer was there before the request had been read.
    }
  }

  /** The head, and half of the body that it announces. */
  private static void copyHalf(InputStream server, Socket client) throws IOException {
    String head = readHead(server);
    OutputStream out = client.getOutputStream();
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    long left = contentLength(head) / 2;
    byte[] block = new byte[BLOCK];
    while (left > 0) {
      int read = server.read(block, 0, (int) Math.min(block.length, left));
      if (read < 0) {
        break;
      }
      out.write(block, 0, read);
      left -= read;
    }
    out.flush();
  }

  private static long contentLength(String head) {
    for (String line : head.split("\r\n", 0)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return 0;
  }

  private static String readHead(InputStream stream) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int b = stream.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      boolean expected = b == (state % 2 == 0 ? '\r' : '\n');
      state = expected ? state + 1 : b == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
