/** Equal to package.json's; a test compares them. */
export const SDK_VERSION = "0.1.0";
