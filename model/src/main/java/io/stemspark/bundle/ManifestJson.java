package io.stemspark.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.util.Locale;

/** Manifests as JSON. */
final class ManifestJson {
  /** The oldest version that is read. */
  private static final int OLDEST_VERSION = 3;

  /** Its networks have no fold, and nobody has said under which licence they are. */
  private static final int WITHOUT_LICENCE = 3;

  private ManifestJson() {}

  /**
   * Reads a manifest of this version, or of one of those before.
   *
   * @throws BundleException when it is not valid
   */
  static Manifest read(byte[] json) throws BundleException {
    try {
      JsonNode manifest = StrictJson.MAPPER.readTree(json);
      int version = manifest.path("format_version").asInt(-1);
      if (version < OLDEST_VERSION || version > ModelBundle.FORMAT_VERSION) {
        throw new BundleException(
            "The format version is %d. This release reads versions %d to %d."
                .formatted(version, OLDEST_VERSION, ModelBundle.FORMAT_VERSION));
      }
      if (version == WITHOUT_LICENCE) {
        addLicence(manifest.path("origin"));
      }
      if (version < ModelBundle.FORMAT_VERSION && manifest instanceof ObjectNode former) {
        nameMember(former);
      }
      return StrictJson.MAPPER.treeToValue(manifest, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new BundleException(
          ModelBundle.MANIFEST + " is not valid: " + SafeText.quoted(e.getOriginalMessage()), e);
    } catch (BundleException e) {
      throw e;
    } catch (IOException e) {
      throw new BundleException(ModelBundle.MANIFEST + " is not valid: " + e.getMessage(), e);
    }
  }

  /** There was one network, which gave one stem, in upper case. */
  private static void nameMember(ObjectNode manifest) {
    JsonNode network = manifest.remove("network");
    if (network instanceof ObjectNode object && object.remove("stem") instanceof TextNode stem) {
      object.put("kind", "patches").putArray("stems").add(stem.asText().toLowerCase(Locale.ROOT));
      ObjectNode member = manifest.putArray("members").addObject();
      member.put("name", ModelBundle.UNET).set("network", object);
      member.putArray("weights").add(1);
      boolean voice = stem.asText().equals("VOCALS");
      manifest.putArray("stems").add("vocals").add("accompaniment");
      manifest.put("residual", voice ? "accompaniment" : "vocals");
    }
  }

  private static void addLicence(JsonNode origin) {
    if (origin instanceof ObjectNode object) {
      object.put("licence", "");
      if (object.path("kind").asText().equals("imported")) {
        object.put("source", "");
      }
    }
    if (origin.path("unet") instanceof ObjectNode unet) {
      unet.putObject("fold").put("frames", 1).put("bins", 1);
    }
  }

  static byte[] write(Manifest manifest) {
    try {
      return StrictJson.MAPPER.writeValueAsBytes(manifest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A manifest is always JSON.", e);
    }
  }
}
