"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { apiFetch } from "@/lib/api/client";
import { checkQueries } from "./queries";

const PermissionDialog = lazyPart(() =>
  import("./permission-dialog").then((file) => file.PermissionDialog),
);

/** Tries the role's permissions, which nothing does unless an admin presses this. */
export function PermissionCheck() {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const check = useMutation({
    mutationFn: (actions: string[] | undefined) =>
      apiFetch("checkPermissions", { body: { actions } }),
    onSuccess: () => client.invalidateQueries({ queryKey: checkQueries.all }),
  });
  return (
    <>
      <Button
        onClick={() => {
          setOpen(true);
          check.mutate(undefined);
        }}
      >
        Check permissions
      </Button>
      {isOpen && (
        <PermissionDialog
          report={check.data}
          error={check.error}
          isPending={check.isPending}
          onRetry={check.mutate}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
