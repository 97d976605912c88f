package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line's own log does with what others log. */
class LogPatternTest {
  private static final Path FILE =
      Path.of(
          System.getProperty("stemspark.root"), "spark-jobs/src/main/resources/log4j2.properties");

  private static String logged(String message) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(FILE)) {
      properties.load(reader);
    }
    return PatternLayout.newBuilder()
        .withPattern(properties.getProperty("appender.stderr.layout.pattern"))
        .build()
        .toSerializable(
            Log4jLogEvent.newBuilder()
                .setLoggerName("org.example.Storage")
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKID:abc/defhushhush@bucket/x",
        "http://me:p@ss/hushhush@host/x",
        "https://hushhush@host/x",
        "GET https://host/x?X-Amz-Signature=hushhush&y=1",
        "fs.s3a.secret.key=hushhush",
        "fs.azure.account.key.me.blob: hushhush",
        "{\"AWSAccessKeyId\":\"hushhush\"}",
        "https://host/x?a=1&sig=hushhush",
        "Authorization: Bearer hushhush",
        "passwd=hushhush",
        "s3a://AKID:7/abcdhushhush@bucket/x",
        "--password=ab,hushhush",
        "{\"passphrase\": \"one two hushhush\"}",
        "cosmos.masterkey=hushhush"
      })
  void secretsAreHidden(String message) throws IOException {
    assertThat(logged(message)).contains("(hidden)").doesNotContain("hushhush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "author: Bach, signal: 9, authority=nn:8020",
        "hdfs://nn:8020/music/a@b.wav is not there",
        "s3a://bucket/a:b.wav"
      })
  void whatIsHarmlessStays(String message) throws IOException {
    assertThat(logged(message)).endsWith("WARN Storage: " + message + System.lineSeparator());
  }

  @Test
  void nothingSteersATerminal() throws IOException {
    assertThat(logged("a\u001b[31mb\u202ec")).contains("a?[31mb?c");
  }
}
