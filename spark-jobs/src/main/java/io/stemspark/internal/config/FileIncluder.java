package io.stemspark.internal.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import io.stemspark.internal.text.SafeText;
import io.stemspark.settings.SettingException;
import java.io.File;
import java.net.URL;
import java.util.regex.Pattern;

/**
 * Lets settings include files of this machine, and nothing from the network.
 *
 * @param place what is being read, for messages
 * @param fallback the library's own way
 */
record FileIncluder(String place, ConfigIncluder fallback)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final Pattern URL_LIKE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  FileIncluder(String place) {
    this(place, null);
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder other) {
    return new FileIncluder(place, other);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (URL_LIKE.matcher(what.strip()).matches()) {
      throw refusal(what);
    }
    return fallback.include(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return ((ConfigIncluderFile) fallback).includeFile(context, what);
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refusal(what.toString());
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return ((ConfigIncluderClasspath) fallback).includeResources(context, what);
  }

  private SettingException refusal(String what) {
    return new SettingException(
        "%s: It includes %s. Settings may include files of this machine, and no URLs."
            .formatted(place, SafeText.line(SafeText.quoted(what))));
  }
}
