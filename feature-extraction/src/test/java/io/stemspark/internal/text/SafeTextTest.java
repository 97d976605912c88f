package io.stemspark.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIDKEY:hushhush@bucket/a.wav: no such file",
        "https://user:hushhush@host/a.wav",
        "https://hushhush@host/a.wav",
        "s3a://AKIDKEY:hush/hushhush@bucket/a.wav",
        "s3a://AKIDKEY:7/hushhush@bucket/a.wav",
        "s3n://AKIDKEY:12345/hushhush@bucket/a.wav: no such file",
        "https://user:p@hushhush@host/a.wav",
        "https://b.s3.amazonaws.com/a.wav?X-Amz-Expires=9&X-Amz-Signature=hushhush&x=1",
        "https://a.blob.core.windows.net/c/a.wav?sv=2024&sig=hushhush",
        "https://storage.googleapis.com/b/a.wav?X-Goog-Signature=hushhush",
        "--set sparc.hadoop.fs.azure.account.key.acct.dfs.core.windows.net=hushhush: unknown",
        "spark.hadoop.fs.s3a.secret.key = \"hushhush\"",
        "fs.s3a.session.token: hushhush",
        "password=hushhush",
        "AWS_SECRET_ACCESS_KEY=hushhush",
        "{\"client_secret\":\"hushhush\"}",
        "Authorization: Bearer hushhush",
        "api_key=hushhush",
        "spark.hadoop.fs.s3a.encryption.key=hushhush",
        "https://me:it's-hushhush@host/m.bundle",
        "Unknown option: '--password=correct hushhush'",
        "{\"passphrase\": \"one two hushhush\"}",
        "--password=ab,hushhush",
        "password='one;hushhush'",
        "sparc.cosmos.masterkey=hushhush",
        "sparc.hadoop.fs.b2.applicationKey=hushhush",
        "x.hmacKey=hushhush",
        "x.pass=hushhush"
      })
  void credentialsAreHidden(String text) {
    assertThat(SafeText.of(text)).doesNotContain("hushhush").contains("(hidden)");
    assertThat(SafeText.holdsCredential(text)).isEqualTo(text.contains("://"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:/music/Artist - Song.wav: not readable as audio: Invalid data",
        "s3a://bucket/a@b/c.wav",
        "hdfs://namenode:8020/a@b/c.wav",
        "abfs://container@account.dfs.core.windows.net/a.wav",
        "wasbs://container@account.blob.core.windows.net/a.wav",
        "Signal: A Song.wav, line 3: there is not a file",
        "Author=Someone, signals=3",
        "stemspark.output.path = {track_id}/{stem}.{ext}",
        "keys: 3, tokens 4",
        "passes=3, monkey=4, a passing mention: none"
      })
  void harmlessTextStays(String text) {
    assertThat(SafeText.of(text)).isEqualTo(text);
    assertThat(SafeText.holdsCredential(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//user:hushhush@host/a.wav",
        "bucket.s3.amazonaws.com/a.wav?X-Amz-Date=1&X-Amz-Signature=hushhush",
        "a.wav?key=hushhush",
        "s3a://KEY:hushhush@bucket/a\nb.wav"
      })
  void credentialsNeedNoScheme(String location) {
    assertThat(SafeText.of(location)).doesNotContain("hushhush").contains("(hidden)");
    assertThat(SafeText.holdsCredential(location)).isTrue();
  }

  @Test
  void aTitleIsNoCredential() {
    assertThat(SafeText.holdsCredential("Who? What = Key.wav")).isFalse();
    assertThat(SafeText.holdsCredential("/music/Top Secret: Live.wav")).isFalse();
    assertThat(SafeText.holdsCredential("file:///music/Password=x?.wav")).isFalse();
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(SafeText.of("a\u001b[31mb\u0007\u0000")).isEqualTo("a\\x1b[31mb\\x07\\x00");
    assertThat(SafeText.of("\ud83d\ude00\ud83d \u0007\ude00"))
        .isEqualTo("\ud83d\ude00\\ud83d \\x07\\ude00");
    assertThat(SafeText.of("evil\u202egpj.exe")).isEqualTo("evil\\u202egpj.exe");
    assertThat(SafeText.of("a\u200cb\u200dc")).isEqualTo("a\u200cb\u200dc");
    assertThat(SafeText.of("a\udb40\udc41b\udbc0\udc00")).isEqualTo("a\\u{e0041}b\\u{100000}");
    assertThat(SafeText.of("caf\uefe9.wav")).isEqualTo("caf\\xe9.wav");
    assertThat(SafeText.of("two\nlines\r\nand\ttabs")).isEqualTo("two\nlines\r\nand\ttabs");
    assertThat(SafeText.line("two\nlines")).isEqualTo("two\\nlines");
    assertThat(SafeText.of("\u65e5\u672c caf\u00e9 \ud83d\ude00"))
        .isEqualTo("\u65e5\u672c caf\u00e9 \ud83d\ude00");
  }

  @Test
  void whatIsCutOffIsHiddenFirst() {
    String location = "s3a://AKIDABCDEFGHIJKLMNOP:hushhushhushhushhush@bucket/a.wav";
    for (int before = 200; before < 300; before++) {
      assertThat(SafeText.quoted("x".repeat(before) + "," + location)).doesNotContain("hush");
    }
    String trace = "x ".repeat(9990) + location + " at a.b.c";
    assertThat(SafeText.redacted(trace)).doesNotContain("hush");
  }

  @Test
  void anAssignmentEndsWhereAnotherBegins() {
    assertThat(SafeText.of("password=hush, user=me")).isEqualTo("password=(hidden), user=me");
    assertThat(SafeText.of("password=hush,user=me")).isEqualTo("password=(hidden),user=me");
    assertThat(SafeText.of("?sig=hush&x=1")).isEqualTo("?sig=(hidden)&x=1");
  }

  @Test
  void longSecretsNeedNoDeepStack() throws InterruptedException {
    String[] hidden = {""};
    Runnable hide = () -> hidden[0] = SafeText.of("token=" + "a,b".repeat(1300));
    Thread small = new Thread(null, hide, "small", 1 << 17);
    small.start();
    small.join();
    assertThat(hidden[0]).startsWith("token=(hidden)");
  }

  @Test
  void lengthIsLimited() {
    String text = SafeText.of("x".repeat(1_000_000));
    assertThat(text.length()).isLessThan(SafeText.MAX_LENGTH + 100);
    assertThat(text).contains("characters more");
  }

  @Test
  void cellsAreNoFormulas() {
    assertThat(SafeText.cell("=cmd|' /C calc'!A0")).isEqualTo("\"'=cmd|' /C calc'!A0\"");
    assertThat(SafeText.cell("+1")).isEqualTo("\"'+1\"");
    assertThat(SafeText.cell("@x")).isEqualTo("\"'@x\"");
    assertThat(SafeText.cell("-x")).isEqualTo("\"'-x\"");
    assertThat(SafeText.cell("\n=x")).startsWith("\"'");
    assertThat(SafeText.cell("\uff1dx")).startsWith("\"'");
    assertThat(SafeText.cell("a \"b\"")).isEqualTo("\"a \"\"b\"\"\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.azure.account.key.x",
        "secret",
        "a.password",
        "sas",
        "fs.s3a.access.key",
        "cosmos.masterkey",
        "b2.applicationKey",
        "x.pass"
      })
  void keysOfSecretsAreKnown(String key) {
    assertThat(SafeText.isSecretKey(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stemspark.stft.hop-length", "spark.master", "monkey", "keyboard"})
  void otherKeysAreNot(String key) {
    assertThat(SafeText.isSecretKey(key)).isFalse();
  }
}
