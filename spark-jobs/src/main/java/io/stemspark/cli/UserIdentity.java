package io.stemspark.cli;

import org.apache.hadoop.security.UserGroupInformation;

/**
 * Lets Hadoop do without an entry of the user in the system's list, as in a container that was
 * started under a bare number.
 */
final class UserIdentity {
  private UserIdentity() {}

  /** Gives the process a name where the system has none for it. */
  static void ensure() {
    String name = System.getProperty("user.name", "?");
    if (name.equals("?") || name.isBlank()) {
      System.setProperty("user.name", "stemspark");
      UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser("stemspark"));
    }
  }
}
