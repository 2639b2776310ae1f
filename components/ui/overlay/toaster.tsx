"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { watchForToasts } from "./toast";

const ToastStack = dynamic(() => import("./toast-stack").then((file) => file.ToastStack), {
  ssr: false,
});

/** Once, in the layout. Loads the toasts when the first one is wanted. */
export function Toaster() {
  const [wanted, setWanted] = useState(false);
  // The queue of messages is the external system.
  useEffect(() => watchForToasts(() => setWanted(true)), []);
  return wanted ? <ToastStack /> : null;
}
