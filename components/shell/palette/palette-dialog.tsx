"use client";

import { Command } from "cmdk";
import Search from "lucide-react/icons/search";
import * as Radix from "radix-ui/dialog";
import { useRef } from "react";
import { useReturnFocus } from "@/components/ui/overlay/use-return-focus";
import { Kbd } from "@/components/ui/text/kbd";
import type { PaletteItem } from "./palette-items";
import { PaletteResults } from "./palette-results";
import { PaletteStatus } from "./palette-status";
import { recordRecent } from "./recent-items";
import { type Palette, usePalette } from "./use-palette";

type Props = { canWrite: boolean; onGo: (href: string) => void; onClose: () => void };

/** Finds pages, models, agents and actions. Mounted while open. */
export function PaletteDialog({ canWrite, onGo, onClose }: Props) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-veil" />
        <Panel canWrite={canWrite} onGo={onGo} onClose={onClose} />
      </Radix.Portal>
    </Radix.Root>
  );
}

function Panel({ canWrite, onGo, onClose }: Props) {
  const returnFocus = useReturnFocus();
  const isLeaving = useRef(false);
  const palette = usePalette(canWrite);

  function choose({ id, run }: PaletteItem) {
    if (run.kind === "step") return palette.enter(run.step);
    recordRecent(id);
    if (run.kind === "go") {
      isLeaving.current = true;
      onGo(run.href);
      return;
    }
    onClose();
    run.act();
  }

  /** After a navigation, the focus doesn't return to the element that opened the palette. */
  function onCloseAutoFocus(event: Event) {
    if (!isLeaving.current) return returnFocus(event);
    event.preventDefault();
    document.getElementById("content")?.focus({ preventScroll: true });
  }

  return (
    <Radix.Content
      data-palette="open"
      aria-describedby={undefined}
      onCloseAutoFocus={onCloseAutoFocus}
      className="fixed z-50 flex w-full animate-appear flex-col overflow-hidden bg-panel shadow-float outline-none max-sm:inset-0 sm:top-[12dvh] sm:left-1/2 sm:max-h-[70dvh] sm:max-w-160 sm:-translate-x-1/2 sm:rounded-lg sm:border sm:border-line"
    >
      <Radix.Title className="sr-only">Find or do</Radix.Title>
      <Command
        {...palette.highlight}
        label={palette.label}
        shouldFilter={false}
        vimBindings={false}
        loop
        className="flex min-h-0 flex-1 flex-col"
      >
        <Input palette={palette} onClose={onClose} />
        <PaletteResults {...palette} onChoose={choose} />
      </Command>
      <PaletteStatus {...palette} />
      <Keys />
    </Radix.Content>
  );
}

function Input({ palette, onClose }: { palette: Palette; onClose: () => void }) {
  const { query, setQuery, step, enter, label } = palette;
  return (
    <div className="flex items-center gap-2.5 border-b border-line px-4">
      <Search className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
      <Command.Input
        value={query}
        onValueChange={setQuery}
        placeholder={step ? label : "Model, agent, key, page or action"}
        onKeyDown={(event) => {
          if (event.key === "Backspace" && query === "" && step) enter(null);
        }}
        className="h-11 min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-ink-3"
      />
      {step && (
        <button
          type="button"
          onClick={() => enter(null)}
          className="rounded-sm text-sm whitespace-nowrap text-ink-3 hover:text-ink"
        >
          Back
        </button>
      )}
      <button
        type="button"
        aria-label="Close"
        onClick={onClose}
        className="flex min-h-6 items-center rounded-sm"
      >
        <Kbd>Esc</Kbd>
      </button>
    </div>
  );
}

function Keys() {
  return (
    <p
      aria-hidden="true"
      className="flex gap-4 border-t border-line px-4 py-1.5 text-xs text-ink-3 max-sm:hidden"
    >
      <span>
        <Kbd>↑</Kbd> <Kbd>↓</Kbd> choose
      </span>
      <span>
        <Kbd>Enter</Kbd> open or do
      </span>
      <span>
        <Kbd>Esc</Kbd> close
      </span>
    </p>
  );
}
