/** What models have in common, whatever their networks see. */
package io.stemspark.internal.network;
