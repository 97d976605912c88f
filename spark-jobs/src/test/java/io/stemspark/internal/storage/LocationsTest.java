package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationsTest {
  @ParameterizedTest
  @ValueSource(strings = {"01:23 song.mp3", "Metadata: x.csv", "Profile:1.wav", "a/b:c", "a b"})
  void aNameMayHoldAColon(String name) {
    assertThat(Locations.scheme(name)).isEmpty();
    Path path = Locations.of(name);
    assertThat(path.toUri().getScheme()).isNull();
    assertThat(path.getName()).isEqualTo(name.substring(name.indexOf('/') + 1));
  }

  @Test
  void aSchemeIsFollowedByASlashOrNeedsNone() {
    assertThat(Locations.scheme("s3a://bucket/a:b")).contains("s3a");
    assertThat(Locations.scheme("file:/a")).contains("file");
    assertThat(Locations.scheme("jar:file:/x!/y")).contains("jar");
    assertThat(Locations.scheme("data:audio/wav;base64,")).contains("data");
    assertThat(Locations.scheme("https:host")).contains("https");
  }

  @Test
  void whatLiesInAFolderHasAnyName() {
    Path folder = new Path("s3a://bucket/folder");
    assertThat(Locations.child(folder, "a: b")).hasToString("s3a://bucket/folder/a: b");
    assertThat(Locations.suffixed(Locations.of("v1:2.bundle"), ".training").getName())
        .isEqualTo("v1:2.bundle.training");
  }
}
