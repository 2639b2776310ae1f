"use client";

import type { LucideIcon } from "lucide-react";
import Bot from "lucide-react/icons/bot";
import Boxes from "lucide-react/icons/boxes";
import CircleCheck from "lucide-react/icons/circle-check";
import CircleDollarSign from "lucide-react/icons/circle-dollar-sign";
import FlaskConical from "lucide-react/icons/flask-conical";
import History from "lucide-react/icons/history";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ComponentType } from "react";
import { CheckCount } from "@/components/checks/check-count";
import { pages } from "@/lib/paths";

/** In the order of the navigation and the palette. */
export const entries: {
  href: string;
  label: string;
  Icon: LucideIcon;
  /** Rendered after the label. */
  Extra?: ComponentType;
}[] = [
  { href: pages.models(), label: "Models", Icon: Boxes },
  { href: pages.agents(), label: "Agents", Icon: Bot },
  { href: pages.playground(), label: "Playground", Icon: FlaskConical },
  { href: pages.costs(), label: "Costs", Icon: CircleDollarSign },
  { href: pages.checks(), label: "Checks", Icon: CircleCheck, Extra: CheckCount },
  { href: pages.activity(), label: "Activity", Icon: History },
];

/** The pages of the console. The current one is marked, also on its detail pages. */
export function Navigation() {
  const path = usePathname();
  return (
    <nav aria-label="Main">
      <ul className="flex flex-col gap-0.5">
        {entries.map(({ href, label, Icon, Extra }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={current(path, href)}
              className="flex items-center gap-2.25 rounded-md px-2 py-1.25 text-ink-2 hover:bg-sunken aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink max-md:py-2"
            >
              <Icon className="size-3.75 text-ink-3" aria-hidden="true" />
              <span className="flex-1">{label}</span>
              {Extra && <Extra />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function current(path: string, href: string): "page" | "true" | undefined {
  if (path === href) return "page";
  return path.startsWith(`${href}/`) ? "true" : undefined;
}
