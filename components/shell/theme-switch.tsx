"use client";

import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { Menu } from "@/components/ui/overlay/menu";

const themes = [
  { id: "light", label: "Light", Icon: Sun },
  { id: "dark", label: "Dark", Icon: Moon },
  { id: "system", label: "As the system", Icon: Monitor },
] as const;

const never = () => () => {};

/** Light, dark or as the system. The choice is the browser's and not known on the server. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const chosen = themes.find(({ id }) => inBrowser && id === theme) ?? themes[2];
  return (
    <Menu
      label={`Theme: ${chosen.label}`}
      icon={<chosen.Icon className="size-3.75" aria-hidden="true" />}
      items={themes.map(({ id, label, Icon }) => ({
        kind: "choice",
        label,
        icon: <Icon className="size-3.75" aria-hidden="true" />,
        checked: id === chosen.id,
        onSelect: () => setTheme(id),
      }))}
    />
  );
}
