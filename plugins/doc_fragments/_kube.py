# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by `make generate`. Change the options in module_utils/_module, or their texts in tools/option_texts.yml.

from __future__ import annotations


class ModuleDocFragment:
    """The options that lead to a site, and others that modules share."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path to a kubeconfig file, several paths joined with V(:), or the content of a kubeconfig as a dictionary or as text.
      - Without this option and O(context), the service account of the pod is used if the task runs in one. Otherwise the files in
        the E(KUBECONFIG) environment variable are read, or C(~/.kube/config) if it is not set.
      - Can also be set with the E(K8S_AUTH_KUBECONFIG) environment variable.
    type: raw
  context:
    description:
      - Context of the kubeconfig that leads to the cluster.
      - Can also be set with the E(K8S_AUTH_CONTEXT) environment variable.
    type: str
  namespace:
    description:
      - Namespace of the site. The default is the namespace of the context. If the context has none, this option is required.
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
      - Password for O(username).
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
      - Whether to verify the API server's certificate. The default is the setting of the kubeconfig, and V(true) if it has none
        or O(ca_cert) is given.
      - Can also be set with the E(K8S_AUTH_VERIFY_SSL) environment variable.
    type: bool
    aliases: [verify_ssl]
  proxy:
    description:
      - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) requires the Python package PySocks.
      - Can also be set with the E(K8S_AUTH_PROXY) environment variable.
    type: str
  no_proxy:
    description:
      - Hosts, domains and networks, separated by commas, that are reached without O(proxy).
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
          - User agent to send to the proxy.
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
      - Can also be set with the E(K8S_AUTH_IMPERSONATE_GROUPS) environment variable, separated by commas.
    type: list
    elements: str
  request_timeout:
    description:
      - Seconds that one request to the API server may take. They include the connection, all pages of a list, and all attempts.
    type: int
    default: 30
requirements:
  - kubernetes >= 24.2
  - cryptography
notes:
  - The connection options have the same names and environment variables as those of the modules in the C(kubernetes.core)
    collection.
  - Ansible puts the variables of a task's C(environment) on a command line. Pass credentials as options or in a kubeconfig
    instead, or set the variables for C(ansible-playbook) itself.
  - The minimal C(Role) of an account for this module is in the collection's C(docs/rbac). C(docs/permissions.md) describes it. If
    a right is missing, the failure (V(forbidden)) names it.
"""

    LIMITS = r"""
options:
  expiry:
    description:
      - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or a number of days (V(7d)).
        The default is V(15m0s).
      - With V(0) the claim never expires. Negative durations are refused, since Skupper would take them for V(0).
      - Only with O(type=claim).
    type: str
  uses:
    description:
      - How many sites can redeem the claim. The default is V(1), and V(0) means any number.
      - Only with O(type=claim).
    type: int
"""

    INGRESS = r"""
options:
  wait_for_ingress:
    description:
      - Whether to wait for an ingress that is not ready, such as a load balancer without an address, for O(wait_timeout) seconds
        at most. Without this option the task fails at once.
      - Check mode does not wait.
    type: bool
    default: false
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until the change has taken effect on the site.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. The network status of a site can be 30 seconds late.
    type: int
    default: 120
"""

    ISSUER = r"""
options:
  issuer:
    description:
      - How to reach the issuing site. A claim is issued there only if a link is needed.
      - The claim stays in memory. Its record is removed from the issuing site after it was redeemed.
      - Environment variables do not apply to these options. They describe the linking site.
    type: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of a kubeconfig as a dictionary or as text.
          - If only O(issuer.context) is given, the context is looked up in the O(kubeconfig) of the task.
          - Without this option and O(issuer.context), the service account of the pod is used if the task runs in one. Otherwise
            the files in the E(KUBECONFIG) environment variable are read, or C(~/.kube/config) if it is not set.
        type: raw
      context:
        description:
          - Context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - Namespace of the site. The default is the namespace of the context. If the context has none, this option is required.
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
          - Password for O(issuer.username).
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
          - Whether to verify the API server's certificate. The default is the setting of the kubeconfig, and V(true) if it has
            none or O(issuer.ca_cert) is given.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) requires the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, separated by commas, that are reached without O(issuer.proxy).
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
              - User agent to send to the proxy.
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
          - Seconds that one request to the API server may take. They include the connection, all pages of a list, and all
            attempts.
        type: int
        default: 30
      type:
        description:
          - How to obtain a certificate from the issuing site.
          - V(claim) issues a claim there, which the linking site redeems.
          - V(cert) signs the certificate with the site's CA, without a claim. It requires the right to read the Secret
            C(skupper-site-ca). Use it where the claim server cannot be reached or the linking site cannot redeem claims. The
            certificate is the same as the one that a claim is redeemed for.
          - V(auto) signs the certificate if this account may read that Secret and the CA can sign. Accounts that can issue claims
            may read it. Otherwise a claim is issued. RV(issued) reports which of both was used.
          - An issuing site hands out certificates for claims one after the other. Each takes one and a half seconds once there
            are more than a few. Signing takes no time of the issuing site, writes nothing there, and leaves no trace there.
        type: str
        default: claim
        choices: [claim, cert, auto]
      expiry:
        description:
          - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or a number of days
            (V(7d)). The default is V(15m0s).
          - With V(0) the claim never expires. Negative durations are refused, since Skupper would take them for V(0).
          - Not with O(issuer.type=cert).
        type: str
      uses:
        description:
          - How many sites can redeem the claim. The default is V(1), and V(0) means any number.
          - Not with O(issuer.type=cert).
        type: int
      wait_for_ingress:
        description:
          - Whether to wait for an ingress of the issuing site that is not ready, such as a load balancer without an address, for
            O(wait_timeout) seconds at most. Without this option the task fails at once.
          - Check mode does not wait.
        type: bool
        default: false
"""

    LINKS = r"""
options:
  links:
    description:
      - The links, each to another issuing site.
      - Each link needs one of O(links[].issuer), O(links[].token), O(links[].src), O(links[].site_id) and O(links[].earlier).
    type: list
    elements: dict
    required: true
    suboptions:
      peer:
        description:
          - Name of the issuing site in RV(links).
        type: str
      token:
        description:
          - Token of the issuing site, as a dictionary or as YAML text.
        type: raw
      src:
        description:
          - File with the token of the issuing site, on the machine where the task runs.
        type: path
      issuer:
        description:
          - How to reach the issuing site. A claim is issued there only if a link is needed.
          - The claim stays in memory. Its record is removed from the issuing site after it was redeemed.
          - Environment variables do not apply to these options. They describe the linking site.
        type: dict
        suboptions:
          kubeconfig:
            description:
              - Path to a kubeconfig file, several paths joined with V(:), or the content of a kubeconfig as a dictionary or as
                text.
              - If only O(links[].issuer.context) is given, the context is looked up in the O(kubeconfig) of the task.
              - Without this option and O(links[].issuer.context), the service account of the pod is used if the task runs in one.
                Otherwise the files in the E(KUBECONFIG) environment variable are read, or C(~/.kube/config) if it is not set.
            type: raw
          context:
            description:
              - Context of the kubeconfig that leads to the cluster.
            type: str
          namespace:
            description:
              - Namespace of the site. The default is the namespace of the context. If the context has none, this option is
                required.
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
              - Password for O(links[].issuer.username).
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
              - Whether to verify the API server's certificate. The default is the setting of the kubeconfig, and V(true) if it
                has none or O(links[].issuer.ca_cert) is given.
            type: bool
            aliases: [verify_ssl]
          proxy:
            description:
              - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) requires the Python package PySocks.
            type: str
          no_proxy:
            description:
              - Hosts, domains and networks, separated by commas, that are reached without O(links[].issuer.proxy).
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
                  - User agent to send to the proxy.
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
              - Seconds that one request to the API server may take. They include the connection, all pages of a list, and all
                attempts.
            type: int
            default: 30
          type:
            description:
              - How to obtain a certificate from the issuing site.
              - V(claim) issues a claim there, which the linking site redeems.
              - V(cert) signs the certificate with the site's CA, without a claim. It requires the right to read the Secret
                C(skupper-site-ca). Use it where the claim server cannot be reached or the linking site cannot redeem claims. The
                certificate is the same as the one that a claim is redeemed for.
              - V(auto) signs the certificate if this account may read that Secret and the CA can sign. Accounts that can issue
                claims may read it. Otherwise a claim is issued. RV(links[].issued) reports which of both was used.
              - An issuing site hands out certificates for claims one after the other. Each takes one and a half seconds once
                there are more than a few. Signing takes no time of the issuing site, writes nothing there, and leaves no trace
                there.
            type: str
            default: claim
            choices: [claim, cert, auto]
          expiry:
            description:
              - How long the claim can be redeemed, counted from its creation, as a duration in Go's notation or a number of days
                (V(7d)). The default is V(15m0s).
              - With V(0) the claim never expires. Negative durations are refused, since Skupper would take them for V(0).
              - Not with O(links[].issuer.type=cert).
            type: str
          uses:
            description:
              - How many sites can redeem the claim. The default is V(1), and V(0) means any number.
              - Not with O(links[].issuer.type=cert).
            type: int
          wait_for_ingress:
            description:
              - Whether to wait for an ingress of the issuing site that is not ready, such as a load balancer without an address,
                for O(wait_timeout) seconds at most. Without this option the task fails at once.
              - Check mode does not wait.
            type: bool
            default: false
      site_id:
        description:
          - Id of the issuing site, instead of a credential. A link to the site must already exist.
        type: str
      issuer_location:
        description:
          - Location of the site that O(links[].token) or O(links[].src) comes from, as returned in
            RV(sitemesh.skupper.skupper_mesh_info#module:member.location).
        type: dict
        suboptions:
          namespace:
            description:
              - Namespace of the site.
            type: str
          cluster:
            description:
              - UID of the namespace C(kube-system) in the cluster of the site.
            type: str
          authorities:
            description:
              - SHA-256 of the public keys of the CAs of the cluster's API server.
            type: list
            elements: str
      name:
        description:
          - Name of the link. The default is the first of V(link1), V(link2) and so on that is free.
        type: str
      cost:
        description:
          - Cost of the link. Traffic prefers cheap paths.
        type: int
        default: 1
      replace:
        description:
          - When to give an existing link to the issuing site a new credential, as O(sitemesh.skupper.skupper_link#module:replace)
            describes.
        type: str
        default: stale
        choices: [stale, down, never, always]
      earlier:
        description:
          - Item of RV(links) that an earlier task with O(wait=false) returned for this link.
          - The task waits for the link if that is still to be done. It asks and changes nothing else.
          - O(links[].issuer) may be given as well. The task then asks the issuing site for its router, and removes the spent
            claim there.
        type: dict
"""

    ISSUERS = r"""
options:
  issuers:
    description:
      - How to reach issuing sites, so that they can be asked about the links to them.
      - An issuing site reports whether a claim is used up, expired or removed, whether its current CA has signed a certificate,
        and where it can be reached now. The result holds nothing of this for sites that are not asked.
      - A site that cannot be asked causes a warning, not a failure.
      - Environment variables do not apply to these options. They describe the linking site.
    type: list
    elements: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of a kubeconfig as a dictionary or as text.
          - If only O(issuers[].context) is given, the context is looked up in the O(kubeconfig) of the task.
          - Without this option and O(issuers[].context), the service account of the pod is used if the task runs in one.
            Otherwise the files in the E(KUBECONFIG) environment variable are read, or C(~/.kube/config) if it is not set.
        type: raw
      context:
        description:
          - Context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - Namespace of the site. The default is the namespace of the context. If the context has none, this option is required.
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
          - Password for O(issuers[].username).
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
          - Whether to verify the API server's certificate. The default is the setting of the kubeconfig, and V(true) if it has
            none or O(issuers[].ca_cert) is given.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) requires the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, separated by commas, that are reached without O(issuers[].proxy).
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
              - User agent to send to the proxy.
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
          - Seconds that one request to the API server may take. They include the connection, all pages of a list, and all
            attempts.
        type: int
        default: 30
"""

    MEMBER = r"""
options:
  locate:
    description:
      - Whether to ask for the UID of the site's cluster even if the CA of its API server is known. This takes one more request.
      - The plan names the sites for which this is useful.
    type: bool
    default: false
  evicted:
    description:
      - Whether to read the list of evicted sites also if no site can link to this one. This takes one more request. It is useful
        if some of the evicted sites are to be readmitted.
    type: bool
    default: false
    version_added: 0.10.0
  wishes:
    description:
      - How the site takes part in the mesh. The value is returned for the plan. O(wishes.exposure) and O(wishes.accepts_from)
        also decide what is read.
    type: dict
    suboptions:
      exposure:
        description:
          - Whether other sites can reach this one. V(auto) asks the site. A site is private if its ingress is C(none), if it is
            an edge site, or if its addresses are in private ranges. Otherwise it is public.
        type: str
        default: auto
        choices: [auto, public, private]
      accepts_from:
        description:
          - Hosts and groups of the inventory whose sites can reach this one although it is not public to all.
        type: list
        elements: str
      links_to:
        description:
          - Hosts and groups whose sites this one links to in an explicit mesh.
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
        default: present
        choices: [present, absent]
"""

    SITES = r"""
options:
  sites:
    description:
      - Other sites to look at instead, several at a time, as sites that links may lead to.
      - A site that cannot be read is reported in RV(members). The task does not fail.
      - Environment variables do not apply to these options.
    type: list
    elements: dict
    suboptions:
      kubeconfig:
        description:
          - Path to a kubeconfig file, several paths joined with V(:), or the content of a kubeconfig as a dictionary or as text.
          - If only O(sites[].context) is given, the context is looked up in the O(kubeconfig) of the task.
          - Without this option and O(sites[].context), the service account of the pod is used if the task runs in one. Otherwise
            the files in the E(KUBECONFIG) environment variable are read, or C(~/.kube/config) if it is not set.
        type: raw
      context:
        description:
          - Context of the kubeconfig that leads to the cluster.
        type: str
      namespace:
        description:
          - Namespace of the site. The default is the namespace of the context. If the context has none, this option is required.
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
          - Password for O(sites[].username).
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
          - Whether to verify the API server's certificate. The default is the setting of the kubeconfig, and V(true) if it has
            none or O(sites[].ca_cert) is given.
        type: bool
        aliases: [verify_ssl]
      proxy:
        description:
          - URL of an HTTP or SOCKS5 proxy on the way to the API server. V(socks5://) requires the Python package PySocks.
        type: str
      no_proxy:
        description:
          - Hosts, domains and networks, separated by commas, that are reached without O(sites[].proxy).
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
              - User agent to send to the proxy.
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
          - Seconds that one request to the API server may take. They include the connection, all pages of a list, and all
            attempts.
        type: int
        default: 30
      wishes:
        description:
          - As O(wishes), for this site.
        type: dict
        suboptions:
          exposure:
            description:
              - Whether other sites can reach this one. V(auto) asks the site. A site is private if its ingress is C(none), if it
                is an edge site, or if its addresses are in private ranges. Otherwise it is public.
            type: str
            default: auto
            choices: [auto, public, private]
          accepts_from:
            description:
              - Hosts and groups of the inventory whose sites can reach this one although it is not public to all.
            type: list
            elements: str
          links_to:
            description:
              - Hosts and groups whose sites this one links to in an explicit mesh.
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
            default: present
            choices: [present, absent]
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
      name:
        description:
          - Name of the site in RV(members).
        type: str
        required: true
"""
