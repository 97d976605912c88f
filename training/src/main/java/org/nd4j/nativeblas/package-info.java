/**
 * Holds one class under a name that DL4J 1.0.0-M2.1 looks up and ND4J 1.0.0-M2.1 no longer has. See
 * {@link org.nd4j.nativeblas.Nd4jCpu}.
 */
package org.nd4j.nativeblas;
