//! A server behind TLS is spoken with if the system trusts its certificate, and otherwise not.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use super::agencies::{Agencies, Linked, SCORED};
use super::cluster::{Cluster, Engine};

/// The name that the certificate is for.
const NAME: &str = "localhost";

/// Where `rustls-native-certs` looks for what the system trusts.
const TRUSTED: &str = "SSL_CERT_FILE";

#[test]
fn a_server_is_spoken_with_over_tls_if_its_certificate_is_trusted() {
    let Some(cluster) = Cluster::of(Engine::Sail) else { return };
    let agencies = Agencies::of(1_000);
    let alone = agencies.linked_alone(&[]);
    let authority = authority();
    let trusted = agencies.at("authority.pem");
    std::fs::write(&trusted, authority.pem()).expect("the folder is ours");
    let server: SocketAddr =
        cluster.remote().trim_start_matches("sc://").parse().expect("an address");
    let port = open_door(&authority, server);
    let command = |host| {
        let remote = format!("sc://{host}:{port}/;use_ssl=true");
        agencies.command_at(&remote, cluster, &[])
    };

    let refused = [
        ("a certificate of an authority that the system does not trust", command(NAME)),
        ("a certificate for another name", {
            let mut command = command("127.0.0.1");
            command.env(TRUSTED, &trusted);
            command
        }),
    ];
    for (what, mut command) in refused {
        let run = command.output().expect("it is built");
        let told = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{what}: {told}");
        assert!(told.contains("its certificate is not trusted here"), "{what}: {told}");
    }

    let run = command(NAME).env(TRUSTED, &trusted).output().expect("it is built");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Linked::read(&agencies.at("clustered")).is(&alone, &SCORED);
}

/// An authority that nobody trusts yet.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut authority = CertificateParams::new([]).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("signed")
}

/// A port of this computer that takes TLS for a server that has none; open until the tests end.
fn open_door(authority: &CertifiedIssuer<'static, KeyPair>, server: SocketAddr) -> u16 {
    let key = KeyPair::generate().expect("a key");
    let names = CertificateParams::new([NAME.to_owned()]).expect("a name");
    let certificate = names.signed_by(&key, authority).expect("signed");
    let chain: Vec<CertificateDer<'static>> = vec![certificate.into()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder().with_no_client_auth();
    let mut config = config.with_single_cert(chain, key.into()).expect("they belong together");
    // What gRPC speaks.
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || serve(listener, &acceptor, server));
    port
}

fn serve(listener: std::net::TcpListener, acceptor: &TlsAcceptor, server: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build();
    runtime.expect("threads").block_on(async {
        listener.set_nonblocking(true).expect("it is a socket");
        let listener = TcpListener::from_std(listener).expect("it is bound");
        while let Ok((client, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            // A client that refuses the certificate goes away: that is its answer.
            tokio::spawn(async move { pass(&acceptor, client, server).await.ok() });
        }
    });
}

async fn pass(acceptor: &TlsAcceptor, client: TcpStream, server: SocketAddr) -> io::Result<()> {
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}
