// Starts the page. A file of its own, because the content security policy allows no inline script.
const { href: js } = document.getElementById("page-js");
const { href: wasm } = document.getElementById("page-wasm");

try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  const status = document.querySelector("#loading [role=status]");
  if (status) status.textContent = `Headwater could not start: ${error.message ?? error}`;
  throw error;
}
