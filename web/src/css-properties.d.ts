import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties are how a component hands a colour or a width to its style sheet. */
    [name: `--${string}`]: string | number | undefined;
  }
}
