"use client";

import { useId, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { buttonClass } from "@/components/ui/form/button-class";
import { Spinner } from "@/components/ui/spinner";

export type ImportFileProps = { busy: boolean; onFile: (file: File) => void };

/** Chooses or drops the file. */
export function ImportFile({ busy, onFile }: ImportFileProps) {
  const id = useId();
  const [isDraggedOver, setDraggedOver] = useState(false);

  function onDrop(event: React.DragEvent) {
    event.preventDefault();
    setDraggedOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !busy) onFile(file);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way to the field
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setDraggedOver(true);
      }}
      onDragLeave={() => setDraggedOver(false)}
      onDrop={onDrop}
      className={classNames(
        "flex flex-col items-center gap-2 rounded-lg border border-dashed px-4 py-8 text-center",
        isDraggedOver ? "border-accent bg-accent-wash" : "border-field-line",
      )}
    >
      {busy ? (
        <p role="status" className="flex items-center gap-2">
          <Spinner /> Comparing with the registry
        </p>
      ) : (
        <>
          <label
            htmlFor={id}
            className={classNames(
              buttonClass(),
              "cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-accent",
            )}
          >
            Choose a file
            <input
              id={id}
              type="file"
              accept=".csv,.json,text/csv,application/json"
              className="sr-only"
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                if (file) onFile(file);
                // Allows choosing the same file again after fixing it.
                target.value = "";
              }}
            />
          </label>
          <p className="text-ink-3">or drop it here: CSV or JSON, as the export writes it</p>
        </>
      )}
    </div>
  );
}
