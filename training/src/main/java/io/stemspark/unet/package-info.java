/** The only definition of the network: {@link io.stemspark.unet.UNet}. */
package io.stemspark.unet;
