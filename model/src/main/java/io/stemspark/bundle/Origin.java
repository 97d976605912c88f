package io.stemspark.bundle;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.stemspark.network.UNetConfig;
import java.io.Serializable;
import java.util.Map;

/** Where a bundle's network comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Origin.Fitted.class, name = "fitted"),
  @JsonSubTypes.Type(value = Origin.Imported.class, name = "imported")
})
public sealed interface Origin extends Serializable {
  /**
   * The terms under which the network may be used: an SPDX identifier, or words; empty if nobody
   * has said.
   */
  String licence();

  /**
   * A U-Net that this project has fitted; the bundle holds its weights for further training too.
   *
   * @param unet its size
   * @param training how it was trained
   */
  record Fitted(String licence, UNetConfig unet, Provenance training) implements Origin {}

  /**
   * A network that was fitted elsewhere.
   *
   * @param source who made it and where it was found, in words; empty if nobody has said
   * @param file name of the ONNX file that it came in
   * @param stemspark version of Stemspark that imported it
   * @param imported when, ISO 8601
   */
  record Imported(String licence, String source, String file, String stemspark, String imported)
      implements Origin {}

  /**
   * How a network was trained.
   *
   * @param stemspark version of Stemspark, and the commit that it was built from
   * @param finished time of the end of training, ISO 8601
   * @param dataset hash of the feature dataset's settings and content; "in memory" where there was
   *     none
   * @param patches patches in the training split
   * @param workers copies that were trained in parallel
   * @param settings the training settings by key, and the versions of what computed it
   */
  record Provenance(
      String stemspark,
      String finished,
      String dataset,
      long patches,
      int workers,
      Map<String, String> settings)
      implements Serializable {
    public Provenance {
      settings = Map.copyOf(settings);
    }
  }
}
