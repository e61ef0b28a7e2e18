import { Monitor, Moon, Sun } from "lucide-react";
import { IconButton } from "../ui/controls.tsx";
import { setTheme, THEMES, useTheme, type Theme } from "../ui/theme.ts";

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
}

export function ThemeToggle() {
  const theme = useTheme();
  const Icon = ICONS[theme];
  const next = nextTheme(theme);
  return (
    <IconButton label={`Theme: ${theme}. Change to ${next}`} onClick={() => setTheme(next)}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
    </IconButton>
  );
}
