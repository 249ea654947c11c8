# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a site's cluster, and what modules have in common beyond that."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path to a kubeconfig file, several paths joined with V(:), or the content of one as a dictionary or as text.
      - Without it and without O(context), a pod's own service account is used where there is one,
        else the files of the E(KUBECONFIG) environment variable, else C(~/.kube/config).
      - Can also be set with the E(K8S_AUTH_KUBECONFIG) environment variable.
    type: raw
  context:
    description:
      - The context of the kubeconfig that leads to the cluster.
      - Can also be set with the E(K8S_AUTH_CONTEXT) environment variable.
    type: str
  namespace:
    description:
      - The namespace of the site. The default is the context's own namespace; if it has none, this option is needed.
    type: str
  host:
    description:
      - URL of the API server.
      - Can also be set with the E(K8S_AUTH_HOST) environment variable.
    type: str
  api_key:
    description:
      - Bearer token for the API server.
      - Can also be set with the E(K8S_AUTH_API_KEY) environment variable.
    type: str
  username:
    description:
      - User name for clusters behind HTTP basic authentication.
      - Can also be set with the E(K8S_AUTH_USERNAME) environment variable.
    type: str
  password:
    description:
      - Password that goes with O(username).
      - Can also be set with the E(K8S_AUTH_PASSWORD) environment variable.
    type: str
  ca_cert:
    description:
      - Path to the CA certificates that the API server's certificate is verified with.
      - Can also be set with the E(K8S_AUTH_SSL_CA_CERT) environment variable.
    type: path
    aliases: [ssl_ca_cert]
  client_cert:
    description:
      - Path to a client certificate for the API server.
      - Can also be set with the E(K8S_AUTH_CERT_FILE) environment variable.
    type: path
    aliases: [cert_file]
  client_key:
    description:
      - Path to the key of O(client_cert).
      - Can also be set with the E(K8S_AUTH_KEY_FILE) environment variable.
    type: path
    aliases: [key_file]
  validate_certs:
    description:
      - Whether to verify the API server's certificate. The default is what the kubeconfig says, else V(true); a CA turns it on.
      - Can also be set with the E(K8S_AUTH_VERIFY_SSL) environment variable.
    type: bool
    aliases: [verify_ssl]
  proxy:
    description:
      - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) needs the Python package PySocks.
      - Can also be set with the E(K8S_AUTH_PROXY) environment variable.
    type: str
  no_proxy:
    description:
      - Hosts, domains and networks, comma-separated, that are reached without O(proxy).
      - Can also be set with the E(K8S_AUTH_NO_PROXY) environment variable.
    type: str
  proxy_headers:
    description:
      - Headers for the proxy.
    type: dict
    suboptions:
      proxy_basic_auth:
        description:
          - User name and password for the proxy, joined with V(:).
          - Can also be set with the E(K8S_AUTH_PROXY_HEADERS_PROXY_BASIC_AUTH) environment variable.
        type: str
      basic_auth:
        description:
          - User name and password, joined with V(:).
          - Can also be set with the E(K8S_AUTH_PROXY_HEADERS_BASIC_AUTH) environment variable.
        type: str
      user_agent:
        description:
          - The user agent that is sent to the proxy.
          - Can also be set with the E(K8S_AUTH_PROXY_HEADERS_USER_AGENT) environment variable.
        type: str
  impersonate_user:
    description:
      - User to act as.
      - Can also be set with the E(K8S_AUTH_IMPERSONATE_USER) environment variable.
    type: str
  impersonate_groups:
    description:
      - Groups to act as.
      - Can also be set with the E(K8S_AUTH_IMPERSONATE_GROUPS) environment variable, comma-separated.
    type: list
    elements: str
  request_timeout:
    description:
      - Seconds that one request to the API server may take, with its connection, all pages of a list, and all tries.
    type: int
    default: 30
requirements:
  - kubernetes >= 24.2
  - cryptography
notes:
  - All connection options have the names and the environment variables that the modules of the C(kubernetes.core) collection have.
  - Ansible puts the variables of a task's C(environment) on a command line. Give credentials as options or in a kubeconfig
    instead, or set the variables for C(ansible-playbook) itself.
  - The least C(Role) that an account needs for this module is in the collection's C(docs/rbac), and told in C(docs/permissions.md).
    Rights that are missing are named in the failure (V(forbidden)).
"""

    LIMITS = r"""
options:
  expiry:
    description:
      - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or days (V(7d)).
        The default is V(15m0s).
      - V(0) is for ever. Negative durations, which Skupper would take for V(0), are refused.
      - Only with O(type=claim).
    type: str
  uses:
    description:
      - How many sites can redeem the claim. The default is V(1), and V(0) is any number.
      - Only with O(type=claim).
    type: int
"""

    INGRESS = r"""
options:
  wait_for_ingress:
    description:
      - Whether to wait, for O(wait_timeout) seconds at most, for an ingress that is not ready,
        such as a load balancer without an address. Without it the task fails at once.
      - Check mode does not wait.
    type: bool
    default: false
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until the site has followed.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most. A site's network status can follow 30 seconds late.
    type: int
    default: 120
"""

    ISSUER = r"""
options:
  issuer:
    description:
      - How to reach the issuing site, so that a claim can be issued there if, and only if, a link is needed.
      - The claim stays in memory; its record is removed from the issuing site once it has been redeemed.
      - Environment variables are not looked at for these options; they describe the linking site.
    type: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of one as a dictionary or as text.
          - If only O(issuer.context) is given, it is looked up in the kubeconfig of the linking site.
          - Without it and without O(issuer.context), a pod's own service account is used where there is one,
            else the files of the E(KUBECONFIG) environment variable, else C(~/.kube/config).
        type: raw
      context:
        description:
          - The context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - The namespace of the site. The default is the context's own namespace; if it has none, this option is needed.
        type: str
      host:
        description:
          - URL of the API server.
        type: str
      api_key:
        description:
          - Bearer token for the API server.
        type: str
      username:
        description:
          - User name for clusters behind HTTP basic authentication.
        type: str
      password:
        description:
          - Password that goes with O(issuer.username).
        type: str
      ca_cert:
        description:
          - Path to the CA certificates that the API server's certificate is verified with.
        type: path
        aliases: [ssl_ca_cert]
      client_cert:
        description:
          - Path to a client certificate for the API server.
        type: path
        aliases: [cert_file]
      client_key:
        description:
          - Path to the key of O(issuer.client_cert).
        type: path
        aliases: [key_file]
      validate_certs:
        description:
          - Whether to verify the API server's certificate. The default is what the kubeconfig says, else V(true); a CA turns it on.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) needs the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, comma-separated, that are reached without O(issuer.proxy).
        type: str
      proxy_headers:
        description:
          - Headers for the proxy.
        type: dict
        suboptions:
          proxy_basic_auth:
            description:
              - User name and password for the proxy, joined with V(:).
            type: str
          basic_auth:
            description:
              - User name and password, joined with V(:).
            type: str
          user_agent:
            description:
              - The user agent that is sent to the proxy.
            type: str
      impersonate_user:
        description:
          - User to act as.
        type: str
      impersonate_groups:
        description:
          - Groups to act as.
        type: list
        elements: str
      request_timeout:
        description:
          - Seconds that one request to the API server may take, with its connection, all pages of a list, and all tries.
        type: int
        default: 30
      expiry:
        description:
          - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or days (V(7d)).
            The default is V(15m0s).
          - V(0) is for ever. Negative durations, which Skupper would take for V(0), are refused.
          - Only with O(issuer.type=claim).
        type: str
      uses:
        description:
          - How many sites can redeem the claim. The default is V(1), and V(0) is any number.
          - Only with O(issuer.type=claim).
        type: int
      type:
        description:
          - How the issuing site is asked for a certificate.
          - V(claim) issues a claim there, which the linking site redeems.
          - V(cert) signs the certificate with the site's CA, without a claim. It needs the right to read the Secret
            C(skupper-site-ca), and is the way where the claim server cannot be reached or the linking site cannot redeem claims.
            The certificate is the same that a claim would have been redeemed for.
          - V(auto) signs where this account may read that Secret, as it may wherever it can issue claims, and the CA can be signed
            with. Elsewhere it issues a claim. RV(issued) says which it was.
          - An issuing site hands out certificates for claims one after the other, each in a second and a half once there are more than
            a few. Signing takes none of its time, writes nothing there, and leaves no trace there either.
        type: str
        choices: [claim, cert, auto]
        default: claim
      wait_for_ingress:
        description:
          - Whether to wait, for O(wait_timeout) seconds at most, for an ingress of the issuing site that is not ready,
            such as a load balancer without an address. Without it the task fails at once.
          - Check mode does not wait.
        type: bool
        default: false
"""

    # The options of skupper_link that each link has of its own.
    LINKS = r"""
options:
  links:
    description:
      - The links, each to another issuing site.
      - A link needs one of O(links[].issuer), O(links[].token), O(links[].src), O(links[].site_id) and O(links[].earlier).
    type: list
    elements: dict
    required: true
    suboptions:
      peer:
        description:
          - What the issuing site is called in RV(links).
        type: str
      token:
        description:
          - The token of the issuing site, as a dictionary or as YAML text.
        type: raw
      src:
        description:
          - File that holds the token of the issuing site. It lies where the task runs.
        type: path
      site_id:
        description:
          - Id of the issuing site, in place of a credential. A link to it has to exist already.
        type: str
      issuer_location:
        description:
          - Where the site is that O(links[].token) or O(links[].src) comes from, as
            RV(sitemesh.skupper.skupper_mesh_info#module:member.location).
        type: dict
        suboptions:
          namespace:
            description:
              - Its namespace.
            type: str
          cluster:
            description:
              - UID of namespace C(kube-system) of its cluster.
            type: str
          authorities:
            description:
              - SHA-256 of the public keys of the CAs of its API server.
            type: list
            elements: str
      name:
        description:
          - Name of the link. The default is V(link1), V(link2) and so on, the next that is free.
        type: str
      cost:
        description:
          - Cost of the link. Traffic prefers cheap ways.
        type: int
        default: 1
      replace:
        description:
          - When an existing link to the issuing site is given a new credential, as
            O(sitemesh.skupper.skupper_link#module:replace) says.
        type: str
        choices: [stale, down, never, always]
        default: stale
      earlier:
        description:
          - What an earlier task with O(wait=false) returned for this link in RV(links).
          - The link is then waited for, if that is still to be done, and nothing else is asked or changed.
          - O(links[].issuer) may be given as well, so that the issuing site is asked for its router and rid of the spent claim.
        type: dict
      issuer:
        description:
          - How to reach the issuing site, so that a claim can be issued there if, and only if, a link is needed.
          - The claim stays in memory; its record is removed from the issuing site once it has been redeemed.
          - Environment variables are not looked at for these options; they describe the linking site.
        type: dict
        suboptions:
          kubeconfig:
            description:
              - Path to a kubeconfig file, several paths joined with V(:), or the content of one as a dictionary or as text.
              - If only O(links[].issuer.context) is given, it is looked up in the kubeconfig of the linking site.
              - Without it and without O(links[].issuer.context), a pod's own service account is used where there is one,
                else the files of the E(KUBECONFIG) environment variable, else C(~/.kube/config).
            type: raw
          context:
            description:
              - The context of the kubeconfig that leads to the cluster.
            type: str
          namespace:
            description:
              - The namespace of the site. The default is the context's own namespace; if it has none, this option is needed.
            type: str
          host:
            description:
              - URL of the API server.
            type: str
          api_key:
            description:
              - Bearer token for the API server.
            type: str
          username:
            description:
              - User name for clusters behind HTTP basic authentication.
            type: str
          password:
            description:
              - Password that goes with O(links[].issuer.username).
            type: str
          ca_cert:
            description:
              - Path to the CA certificates that the API server's certificate is verified with.
            type: path
            aliases: [ssl_ca_cert]
          client_cert:
            description:
              - Path to a client certificate for the API server.
            type: path
            aliases: [cert_file]
          client_key:
            description:
              - Path to the key of O(links[].issuer.client_cert).
            type: path
            aliases: [key_file]
          validate_certs:
            description:
              - Whether to verify the API server's certificate. The default is what the kubeconfig says, else V(true); a CA turns it on.
            type: bool
            aliases: [verify_ssl]
          proxy:
            description:
              - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) needs the Python package PySocks.
            type: str
          no_proxy:
            description:
              - Hosts, domains and networks, comma-separated, that are reached without O(links[].issuer.proxy).
            type: str
          proxy_headers:
            description:
              - Headers for the proxy.
            type: dict
            suboptions:
              proxy_basic_auth:
                description:
                  - User name and password for the proxy, joined with V(:).
                type: str
              basic_auth:
                description:
                  - User name and password, joined with V(:).
                type: str
              user_agent:
                description:
                  - The user agent that is sent to the proxy.
                type: str
          impersonate_user:
            description:
              - User to act as.
            type: str
          impersonate_groups:
            description:
              - Groups to act as.
            type: list
            elements: str
          request_timeout:
            description:
              - Seconds that one request to the API server may take, with its connection, all pages of a list, and all tries.
            type: int
            default: 30
          expiry:
            description:
              - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or days (V(7d)).
                The default is V(15m0s).
              - V(0) is for ever. Negative durations, which Skupper would take for V(0), are refused.
              - Only with O(links[].issuer.type=claim).
            type: str
          uses:
            description:
              - How many sites can redeem the claim. The default is V(1), and V(0) is any number.
              - Only with O(links[].issuer.type=claim).
            type: int
          type:
            description:
              - How the issuing site is asked for a certificate.
              - V(claim) issues a claim there, which the linking site redeems.
              - V(cert) signs the certificate with the site's CA, without a claim. It needs the right to read the Secret
                C(skupper-site-ca), and is the way where the claim server cannot be reached or the linking site cannot redeem claims.
                The certificate is the same that a claim would have been redeemed for.
              - V(auto) signs where this account may read that Secret, as it may wherever it can issue claims, and the CA can be signed
                with. Elsewhere it issues a claim. RV(links[].issued) says which it was.
              - An issuing site hands out certificates for claims one after the other, each in a second and a half once there are more than
                a few. Signing takes none of its time, writes nothing there, and leaves no trace there either.
            type: str
            choices: [claim, cert, auto]
            default: claim
          wait_for_ingress:
            description:
              - Whether to wait, for O(wait_timeout) seconds at most, for an ingress of the issuing site that is not ready,
                such as a load balancer without an address. Without it the task fails at once.
              - Check mode does not wait.
            type: bool
            default: false
"""

    # Asked about links, not for claims: the same connection options without the limits of a claim.
    ISSUERS = r"""
options:
  issuers:
    description:
      - How to reach issuing sites, so that they can be asked about the links that lead to them.
      - An issuing site tells whether a claim is used up, expired or removed, whether a certificate was signed by its
        present CA, and where it can be reached now. What is not asked is not told.
      - One that can't be asked is a warning, not a failure.
      - Environment variables are not looked at for these options; they describe the linking site.
    type: list
    elements: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of one as a dictionary or as text.
          - If only O(issuers[].context) is given, it is looked up in the kubeconfig of the linking site.
          - Without it and without O(issuers[].context), a pod's own service account is used where there is one,
            else the files of the E(KUBECONFIG) environment variable, else C(~/.kube/config).
        type: raw
      context:
        description:
          - The context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - The namespace of the site. The default is the context's own namespace; if it has none, this option is needed.
        type: str
      host:
        description:
          - URL of the API server.
        type: str
      api_key:
        description:
          - Bearer token for the API server.
        type: str
      username:
        description:
          - User name for clusters behind HTTP basic authentication.
        type: str
      password:
        description:
          - Password that goes with O(issuers[].username).
        type: str
      ca_cert:
        description:
          - Path to the CA certificates that the API server's certificate is verified with.
        type: path
        aliases: [ssl_ca_cert]
      client_cert:
        description:
          - Path to a client certificate for the API server.
        type: path
        aliases: [cert_file]
      client_key:
        description:
          - Path to the key of O(issuers[].client_cert).
        type: path
        aliases: [key_file]
      validate_certs:
        description:
          - Whether to verify the API server's certificate. The default is what the kubeconfig says, else V(true); a CA turns it on.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) needs the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, comma-separated, that are reached without O(issuers[].proxy).
        type: str
      proxy_headers:
        description:
          - Headers for the proxy.
        type: dict
        suboptions:
          proxy_basic_auth:
            description:
              - User name and password for the proxy, joined with V(:).
            type: str
          basic_auth:
            description:
              - User name and password, joined with V(:).
            type: str
          user_agent:
            description:
              - The user agent that is sent to the proxy.
            type: str
      impersonate_user:
        description:
          - User to act as.
        type: str
      impersonate_groups:
        description:
          - Groups to act as.
        type: list
        elements: str
      request_timeout:
        description:
          - Seconds that one request to the API server may take, with its connection, all pages of a list, and all tries.
        type: int
        default: 30
"""

    SITES = r"""
options:
  sites:
    description:
      - Other sites that are looked at instead, several at a time, as sites that links may lead to.
      - One that can't be read is told of in RV(members), and is no failure of the task.
      - Environment variables are not looked at for these options.
    type: list
    elements: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of one as a dictionary or as text.
          - If only O(sites[].context) is given, it is looked up in the kubeconfig of the task.
          - Without it and without O(sites[].context), a pod's own service account is used where there is one,
            else the files of the E(KUBECONFIG) environment variable, else C(~/.kube/config).
        type: raw
      context:
        description:
          - The context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - The namespace of the site. The default is the context's own namespace; if it has none, this option is needed.
        type: str
      host:
        description:
          - URL of the API server.
        type: str
      api_key:
        description:
          - Bearer token for the API server.
        type: str
      username:
        description:
          - User name for clusters behind HTTP basic authentication.
        type: str
      password:
        description:
          - Password that goes with O(sites[].username).
        type: str
      ca_cert:
        description:
          - Path to the CA certificates that the API server's certificate is verified with.
        type: path
        aliases: [ssl_ca_cert]
      client_cert:
        description:
          - Path to a client certificate for the API server.
        type: path
        aliases: [cert_file]
      client_key:
        description:
          - Path to the key of O(sites[].client_cert).
        type: path
        aliases: [key_file]
      validate_certs:
        description:
          - Whether to verify the API server's certificate. The default is what the kubeconfig says, else V(true); a CA turns it on.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) needs the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, comma-separated, that are reached without O(sites[].proxy).
        type: str
      proxy_headers:
        description:
          - Headers for the proxy.
        type: dict
        suboptions:
          proxy_basic_auth:
            description:
              - User name and password for the proxy, joined with V(:).
            type: str
          basic_auth:
            description:
              - User name and password, joined with V(:).
            type: str
          user_agent:
            description:
              - The user agent that is sent to the proxy.
            type: str
      impersonate_user:
        description:
          - User to act as.
        type: str
      impersonate_groups:
        description:
          - Groups to act as.
        type: list
        elements: str
      request_timeout:
        description:
          - Seconds that one request to the API server may take, with its connection, all pages of a list, and all tries.
        type: int
        default: 30
      locate:
        description:
          - As O(locate), for this site.
        type: bool
        default: false
      evicted:
        description:
          - As O(evicted), for this site.
        type: bool
        default: false
      wishes:
        description:
          - As O(wishes), for this site.
        type: dict
        suboptions:
          exposure:
            description:
              - Whether other sites can reach this one. V(auto) asks the site. It is private for ingress C(none), for edge sites
                and for addresses of private ranges, and public otherwise.
            type: str
            choices: [auto, public, private]
            default: auto
          accepts_from:
            description:
              - Hosts and groups of the inventory whose sites can reach this one although it is not public to all.
            type: list
            elements: str
          links_to:
            description:
              - Hosts and groups whose sites this one is linked to in an explicit mesh.
            type: list
            elements: str
          link_cost:
            description:
              - Cost of the links of this site.
            type: int
            default: 1
          state:
            description:
              - V(absent) for a site that leaves the mesh.
            type: str
            choices: [present, absent]
            default: present
      name:
        description:
          - What the site is called in RV(members).
        type: str
        required: true
"""
