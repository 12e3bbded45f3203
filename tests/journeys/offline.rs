//! Without a network after the first visit, and with a new version on the host.

use crate::harness::{Page, Screen, journey_with_site};
use crate::stage::open;

/// Waits until the service worker has everything.
async fn is_ready(page: &Page) {
    page.wait_until("navigator.serviceWorker.controller", "the service worker looks after the page").await;
}

#[tokio::test]
async fn after_the_first_visit_the_page_opens_without_a_network() {
    journey_with_site(Screen::Desk, async |page: Page, site| {
        open(&page).await;
        is_ready(&page).await;
        site.stop();
        page.reload().await;
        page.wait_until("window.headwater && headwater.state().time_us > 0", "the opening scene runs").await;
        assert_eq!(page.eval("document.title").await, "Headwater, an event-stream playground");
    })
    .await;
}

#[tokio::test]
async fn the_service_worker_fetches_nothing_twice_but_the_page_itself() {
    journey_with_site(Screen::Desk, async |page: Page, site| {
        open(&page).await;
        is_ready(&page).await;
        let served = site.served();
        let is_large = |path: &str| [".wasm", ".js", ".css"].iter().any(|end| path.ends_with(end));
        let twice: Vec<_> = served.iter().filter(|(path, count)| **count > 1 && is_large(path)).collect();
        assert!(served.keys().any(|path| path.ends_with(".wasm")), "{served:?}");
        assert!(twice.is_empty(), "{twice:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_version_is_said_and_the_page_reloads_when_asked_and_goes_on() {
    journey_with_site(Screen::Desk, async |page: Page, site| {
        open(&page).await;
        is_ready(&page).await;
        page.headwater("pause()").await;
        page.headwater("dispatch({ type: 'kill', consumer: 'inventory-2' })").await;
        let digest = page.headwater("digest()").await;
        // What a deployment changes at the least: the worker's version, and the page's.
        site.replace("const VERSION = \"", "const VERSION = \"newer");
        site.replace("data-version=\"", "data-version=\"newer");
        page.eval("navigator.serviceWorker.getRegistration().then(it => it.update()).then(() => 0)").await;
        page.wait_until("document.body.innerText.includes('A new version is ready')", "the page says so").await;
        assert_eq!(page.eval("document.documentElement.dataset.version.startsWith('newer')").await, false);
        page.click("Reload").await;
        page.wait_until(
            "document.documentElement.dataset.version.startsWith('newer') && window.headwater",
            "it is there",
        )
        .await;
        page.wait_until(
            "headwater.state().groups.inventory.members['inventory-2'].state == 'killed'",
            "the run went on",
        )
        .await;
        assert_eq!(page.headwater("digest()").await, digest);
        assert_eq!(page.eval("document.body.innerText.includes('A new version is ready')").await, false);
    })
    .await;
}

#[tokio::test]
async fn the_page_can_be_installed() {
    journey_with_site(Screen::Desk, async |page: Page, _| {
        open(&page).await;
        let manifest = page.eval("fetch(document.querySelector('link[rel=manifest]').href).then(file => file.json())").await;
        assert_eq!((&manifest["display"], &manifest["start_url"]), (&"standalone".into(), &"./".into()));
        let broken = page
            .eval(
                "fetch('manifest.webmanifest').then(file => file.json()).then(manifest => Promise.all(manifest.icons.map(
                    async icon => {
                        const image = new Image(); image.src = icon.src; await image.decode();
                        return icon.sizes == `${image.naturalWidth}x${image.naturalHeight}` ? null : icon.src;
                    }))).then(all => all.filter(Boolean))",
            )
            .await;
        assert_eq!(broken, serde_json::json!([]));
    })
    .await;
}
